"""Acts: what is decided is written here."""
