"""Checks of evidence: one file each, and the registry. A new check is a file, a test and a line in `registry`."""
