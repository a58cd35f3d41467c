"""Every door: pages, API, tiles, and what each user may see through them."""
