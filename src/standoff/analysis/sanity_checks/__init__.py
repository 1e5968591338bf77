"""Sanity checks of a case and its run, one per file; each file adds `CHECK`."""
