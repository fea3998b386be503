"""Classes that are made up, for trying out and for tests: nothing in them was trained, all of it fits together."""
