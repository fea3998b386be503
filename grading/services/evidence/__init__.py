"""Evidence as work: pictures are read, submissions assessed, marks kept."""
