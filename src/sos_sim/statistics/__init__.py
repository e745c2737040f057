"""Known formulas: intervals, survival, value of information."""
