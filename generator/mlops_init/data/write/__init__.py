"""Write conf/data.yml and the data card with its pictures."""
