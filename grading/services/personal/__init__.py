"""All that is kept about one person: handed out as a file, or erased."""
