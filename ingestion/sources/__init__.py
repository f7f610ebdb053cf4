"""One adapter for each outside format."""
