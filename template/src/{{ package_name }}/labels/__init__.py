"""Labels, which arrive late, joined with the predictions that were made earlier."""
