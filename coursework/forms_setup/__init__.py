"""Forms by which instructors make courses, assignments and tasks."""
