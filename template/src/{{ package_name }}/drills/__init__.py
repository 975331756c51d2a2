"""Seeded faults in a small copy of the project: who notices each, and after how long."""
