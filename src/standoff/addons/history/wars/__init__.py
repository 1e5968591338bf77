"""How soon wars end, and how: panel of wars, fit of the hazard, answers."""
