"""Sensitivity: what moves an output, how surely that is known, and when luck alone would look the same."""
