"""The customs command, one file for each command."""
