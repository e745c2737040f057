"""Studies: scenarios in, tidy tables out, no drawing."""
