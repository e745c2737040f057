"""What people read: the table of parameters, and figures that each answer one question."""
