"""The web service, which answers requests with the active release."""
