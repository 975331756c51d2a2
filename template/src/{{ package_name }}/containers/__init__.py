"""The image of the API, and the store of releases that servers follow."""
