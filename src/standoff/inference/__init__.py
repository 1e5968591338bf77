"""Inference from claims and choices: `reconcile` and `fit`. Only this package imports NumPyro."""
