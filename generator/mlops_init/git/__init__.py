"""Run git, and read a repository."""
