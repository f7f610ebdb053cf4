"""How rows of the nation become files of the outside systems: numbered, late, repeated, broken."""
