"""Acts: what people bring is written here."""
