"""Is a new model better than the one there is? The gate decides."""
