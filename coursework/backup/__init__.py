"""Backup and restore: the database in one snapshot, every file that it names, and the sums to prove it."""
