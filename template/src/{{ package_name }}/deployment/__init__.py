"""Releases: what may be served, and which of them is active."""
