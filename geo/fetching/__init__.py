"""An address in, a reply out: the one way to the network, bounded in size, time, depth and targets.

`geo.fetching.client.Client` is what every reader of an address over HTTP uses.
"""
