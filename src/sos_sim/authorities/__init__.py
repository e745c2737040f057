"""Authorities: one from its own published figures, and how much facts explain of the differences between them."""
