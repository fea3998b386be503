"""What staff see of screenshots as evidence: how each submission stands, the review queue, one submission's page."""
