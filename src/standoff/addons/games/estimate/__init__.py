"""Estimation of strategic choice models from observed outcomes; see docs/estimation.md."""
