"""Pages that show what grading decided."""
