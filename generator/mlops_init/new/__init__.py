"""Make a new project."""
