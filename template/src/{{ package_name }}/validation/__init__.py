"""The door: data that keep the contract are admitted to training, others are not."""
