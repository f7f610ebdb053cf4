"""Learning: features, one risk model, its scores and its reasons."""
