"""Creates MLOps projects at the maturity level that a team needs, and upgrades them."""
