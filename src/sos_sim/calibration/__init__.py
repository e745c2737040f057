"""Calibration: which beliefs about usual practice reproduce official figures, and how near a scenario comes."""
