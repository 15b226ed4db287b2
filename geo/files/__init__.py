"""Bytes from outside in, values out: opened within bounds, before anything is built of them.

What a file says of itself (a size, a dimension, a count) is never believed; it is counted while it
is read, and reading ends where it is more than it may be.

Files of our own are locked, stamped and replaced here too, whole.
"""
