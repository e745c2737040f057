"""The page of hypothesis cards."""
