"""Text for the terminal that folds long names between their parts."""

from standoff.report.backends.terminal import WrappedText as WrappedText
