"""Template filters of the pages on which the rulebook is edited."""
