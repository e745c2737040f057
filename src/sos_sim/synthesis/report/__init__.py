"""The page of a synthesis of published studies."""
