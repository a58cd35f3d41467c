"""Pages for people: one module per subject; each view validates, reads and renders."""
