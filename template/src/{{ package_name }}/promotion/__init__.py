"""Decides whether a new model is better than the champion."""
