"""Workbooks and dossiers written for people."""
