"""What is known: official figures with their sources, and what the model is held against."""
