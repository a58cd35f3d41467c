"""WHAT IS TOLD: a site's own entries, its declarations, registers and past ledgers."""
