"""The gradebook: a course's students by its tasks, as staff see it, and a student's own grades."""
