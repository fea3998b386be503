"""What staff do to grades."""
