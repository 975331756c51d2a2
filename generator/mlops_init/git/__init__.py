"""Runs git, and checks and changes repositories."""
