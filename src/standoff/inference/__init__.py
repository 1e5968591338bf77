"""What claims support: reconcile rival numbers, and check that they add up. The only place that imports NumPyro."""
