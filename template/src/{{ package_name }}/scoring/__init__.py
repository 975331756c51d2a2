"""Files scored with the release that serves."""
