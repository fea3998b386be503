"""Requests of ours to other machines: only where the operator lets us, bounded in time and size."""
