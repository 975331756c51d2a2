"""The steps of a period, one after the other."""
