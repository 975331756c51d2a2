"""One run of everything: new data, monitoring, training, gate and delivery."""
