"""The model of who helps whom: density, fit, posterior, and forecasts of decisions."""
