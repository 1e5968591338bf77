"""Cases, claims and answers as tools of the Model Context Protocol."""

FUNCTIONS = {"mcp": "standoff.addons.agents.server"}
SECONDS = 300  # assumption: the flagship is compiled and run in half of it on two cores
CHARACTERS = 60_000  # assumption: about 15,000 tokens, a small part of what a language model reads at once
