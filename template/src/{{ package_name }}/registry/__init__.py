"""Which run is which version of the model, and which version is champion."""
