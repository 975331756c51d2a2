"""What may serve, and what serves now."""
