"""Add-ons of this distribution, which enter by the entry points of `pyproject.toml`."""
