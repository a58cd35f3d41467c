"""The administrative map: read from its package, simplified, written as one set."""
