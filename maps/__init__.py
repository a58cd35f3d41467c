"""Balances by region and the tiles that draw them."""
