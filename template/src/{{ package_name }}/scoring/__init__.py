"""Scores files with the active release."""
