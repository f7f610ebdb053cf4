"""What is declared: who registers what and when, what really comes, what the papers say of it."""
