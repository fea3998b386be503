"""Webhooks: what happens is written down with it, and the courier brings it out."""
