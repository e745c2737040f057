"""What is counted: the event record read as histories, and every outcome measure defined once."""
