"""Pages on which people bring something in."""
