"""What the sending systems write of all this: one module for each group of outside tables."""
