"""What to say about recorders beyond their cost: pure functions on top of the engine."""
