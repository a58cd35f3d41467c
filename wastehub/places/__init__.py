"""WHERE: versioned administrative boundaries and the lookup of a point."""
