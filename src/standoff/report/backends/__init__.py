"""Output formats of documents, one module each; `SUFFIX` is the file suffix."""
