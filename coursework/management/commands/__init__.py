"""`manage.py` commands of coursework."""
