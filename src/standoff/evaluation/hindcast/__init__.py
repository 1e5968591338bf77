"""Forecasts of a case from past dates, scored against what happened.

`run` performs a hindcast. `config` reads its questions, `origins` simulates each past date, `forecasts` makes lines of a
record of them, beside methods without a model (`baselines`, `rivals`) and their ensemble (`stacking`).
"""
