"""Creates a new project."""
