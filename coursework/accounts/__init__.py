"""How people get accounts, prove who they are, and come into courses: our side of django-allauth."""
