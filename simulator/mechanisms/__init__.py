"""What goes wrong: planted mechanisms, one module each, and honest mistakes and oddities."""
