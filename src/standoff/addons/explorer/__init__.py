"""The explorer: a page in the browser in which levers move the answers of a case."""

FUNCTIONS = {"open_case": "standoff.addons.explorer.serve"}
