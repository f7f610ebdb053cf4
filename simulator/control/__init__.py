"""Control as practised: the legacy policy's lanes, the checks, what they see, and what follows."""
