"""Registered versions of the model, and which of them is champion."""
