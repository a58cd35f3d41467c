"""WHO HAS WHAT: facilities, supplies, demands and assays."""
