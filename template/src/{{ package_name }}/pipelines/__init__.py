"""The pipeline from the source to a registered version."""
