"""The report of a trial study."""
