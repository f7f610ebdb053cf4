"""Declarations on paper: what is the same in every table and message that tells of them."""
