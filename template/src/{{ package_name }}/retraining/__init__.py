"""When and how to train again."""
