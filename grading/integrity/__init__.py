"""What staff look at together: equal pictures, equal links, claims and pictures of other runs. It accuses nobody."""
