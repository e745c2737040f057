"""The page of an authority's own records."""
