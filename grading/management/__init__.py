"""Commands of grading."""
