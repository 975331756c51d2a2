"""The source, pulled into snapshots that never change."""
