"""Pull the source into snapshots that never change."""
