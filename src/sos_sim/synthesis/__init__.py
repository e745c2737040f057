"""What published studies say of the links: each held inside the model, its draws weighed by what it found."""
