"""The engine: reads a Playground link, trains the network bit for bit, reports. Numbers only, no files, no users."""

__version__ = "1.0.0"
