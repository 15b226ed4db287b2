"""Many visitors at once, over real websockets: `python -m tests.bench.load`."""
