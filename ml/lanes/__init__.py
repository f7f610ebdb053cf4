"""The lane service: a declaration as it is registered in, a lane with reasons out."""
