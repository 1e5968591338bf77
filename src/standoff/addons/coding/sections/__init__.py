"""Findings as blocks of a document."""
