"""Output formats of documents, one module each; the module's `SUFFIX` is the ending of its files."""
