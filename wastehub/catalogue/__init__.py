"""WHAT IS ALLOWED: materials, use routes and their limits, as dated, sourced rows."""
