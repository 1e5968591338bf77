"""Inference from claims and choices: `reconcile` and `fit`; only here NumPyro is imported."""
