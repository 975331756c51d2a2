"""Releases step by step: a challenger next to the champion, for a share of the entities."""
