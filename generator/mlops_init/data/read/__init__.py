"""Read the files of a data set."""
