"""Acts of LTI: launches, keys, people and grades that cross between an LMS and us."""
