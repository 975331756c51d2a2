"""What to do when the model is no longer right."""
