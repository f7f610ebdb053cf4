"""Who takes part: traders and their owners, brokers, foreign partners, carriers, officers."""
