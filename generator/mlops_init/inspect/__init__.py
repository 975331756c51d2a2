"""Commands that only read: levels, diff, explain and doctor."""
