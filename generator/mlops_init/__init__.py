"""Makes MLOps projects at the maturity level a team needs, and raises them in place."""
