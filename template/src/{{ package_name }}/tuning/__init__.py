"""Search for better parameters than the defaults, with Optuna."""
