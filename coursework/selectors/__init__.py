"""Reads of what people brought."""
