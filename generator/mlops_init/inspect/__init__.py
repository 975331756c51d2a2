"""Show levels, differences, files and this machine."""
