"""Filters of grading's templates."""
