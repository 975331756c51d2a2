"""When to train, and the record of all decisions."""
