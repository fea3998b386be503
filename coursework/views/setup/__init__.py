"""Pages on which instructors make and change courses and assignments."""
