"""Decide what each column is."""
