"""Forecasts rolled through the past of a case: what the model would have said each quarter, scored on what came after.

`futures` makes and keeps the futures of each origin, `targets` says what is asked of them, `known` what was known by then
and what came, `rivals` what one would have said without a model, `scores` what it was worth.
"""
