"""The only house that sees all the others."""
