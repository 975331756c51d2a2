"""Read the user's data, decide what each column is for, and declare it. Light to import."""
