"""The site: who, where, what may be done, who has what, and every page."""
