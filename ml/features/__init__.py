"""Features by subject: vectorised functions of the input columns."""
