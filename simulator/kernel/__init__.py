"""What all of the simulator stands on: arrays, rounding, draws by key, processes, texts in bulk."""
