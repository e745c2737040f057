"""The report of a comparison, in the five parts of EMMIE."""
