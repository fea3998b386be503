"""Grades: the one rule from outcomes and decisions to points, and reading them for one student or a whole class."""
