"""The lake, its ledger, and the doors through which it is read."""
