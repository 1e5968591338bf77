"""A case as a game: persons decide for some actors in one future, the model for all others."""
