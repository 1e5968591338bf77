"""Slow, independent implementations that the engine is compared with, by tests and by `benchmarks/engine.py`."""
