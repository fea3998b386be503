"""`manage.py` commands of grading."""
