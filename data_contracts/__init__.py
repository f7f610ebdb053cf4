"""What a table is: contracts, code lists and everything that is derived from them."""
