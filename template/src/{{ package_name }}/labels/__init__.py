"""Outcomes, which arrive late, beside what was predicted."""
