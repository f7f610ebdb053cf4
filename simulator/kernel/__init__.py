"""What all of the simulator stands on: arrays, draws by key, processes, texts in bulk."""
