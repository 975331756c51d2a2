"""The prediction log: the server writes it; labels and monitoring read it."""
