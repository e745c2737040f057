"""What may happen: the programme theory as plain functions on agents, one file per phase."""
