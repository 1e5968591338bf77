"""Entry point of `python -m standoff`."""

from standoff.cli import main

main()
