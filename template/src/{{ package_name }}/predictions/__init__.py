"""The log of predictions: written by the server, read by labels and monitoring."""
