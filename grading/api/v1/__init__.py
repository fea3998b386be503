"""Version 1: one module per resource, with its serializers beside it."""
