"""An owner's own data: read, profiled, decided about, declared. Light to import."""
