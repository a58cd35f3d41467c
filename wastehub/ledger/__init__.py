"""WHAT MOVED: mass entries that are only ever added, and what follows from them."""
