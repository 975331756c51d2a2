"""One static page: what serves, how good it is, and what was decided."""
