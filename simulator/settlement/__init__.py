"""Yearly settlement of duty-free materials: what came, what was made of it, what is left."""
