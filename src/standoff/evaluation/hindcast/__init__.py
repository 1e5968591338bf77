"""Forecasts of a case from past dates, scored against what happened.

`run` performs a hindcast. `config` reads its questions, `origins` simulates each past date, `reports` finds known
values and outcomes in the ledger, `baselines` forecasts without a model, `scored_forecasts` and `summary` score.
"""
