"""Write the declaration, the data card and its pictures."""
