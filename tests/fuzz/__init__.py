"""Hostile inputs for every door of the product: `make fuzz SECONDS=1800`, or `python -m tests.fuzz --seconds 1800 --seed 1`.

A door takes bytes. It may refuse them with a `StandoffError` that says what is wrong; any other exception is a traceback
that a user would see, and more than some seconds are a hang. One module of `areas/` holds the doors of one area.
"""
