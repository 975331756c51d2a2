"""Sends a message once when an alarm begins and once when it is over."""
