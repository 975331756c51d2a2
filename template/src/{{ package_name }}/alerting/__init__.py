"""Metrics of the model for Prometheus, and a webhook that runs the loop for an alert."""
