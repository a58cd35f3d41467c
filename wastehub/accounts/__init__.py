"""WHO: users, organisations, memberships and a regulator's jurisdiction."""
