"""The reports of a calibration and of a scenario's fit."""
