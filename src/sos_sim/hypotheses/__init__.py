"""Hypothesis cards: what a comparison, sweeps and trials let us predict, so that practice could refute it."""
