"""Weights learned from decisions of states about the wars of others."""
