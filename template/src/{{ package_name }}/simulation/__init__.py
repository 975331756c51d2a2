"""A year in minutes: what would have happened had this project run by itself."""
