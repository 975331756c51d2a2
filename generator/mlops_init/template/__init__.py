"""The template and its levels."""
