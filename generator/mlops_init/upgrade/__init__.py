"""Moves a project to another level or to a newer template."""
