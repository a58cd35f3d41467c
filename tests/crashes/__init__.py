"""A whole site, its parts killed at random while it is used."""
