"""Frozen columns in, a proven allocation out: no Django, clock, network or files."""
