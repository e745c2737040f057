"""Ground floor: errors, units, luck, parameter declarations, provenance. Knows nothing of families."""
