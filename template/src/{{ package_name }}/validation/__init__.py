"""Check data against the contract; only accepted data are used for training."""
