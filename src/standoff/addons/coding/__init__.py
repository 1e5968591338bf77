"""A second coder: blind sheets of codes, and what several coders make of an answer."""

FUNCTIONS = {
    "code": "standoff.addons.coding.sheet:write",
    "pool": "standoff.addons.coding.pool",
}
