"""Replays a year of data in minutes, against a live server."""
