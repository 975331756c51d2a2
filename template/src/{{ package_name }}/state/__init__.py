"""What was trained and decided, on a branch of the project's own repository."""
