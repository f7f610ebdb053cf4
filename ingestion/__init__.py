"""Bytes from other systems become rows that keep their contract."""
