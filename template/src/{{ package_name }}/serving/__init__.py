"""Answers requests with the release that the pointer names."""
