"""Accounts. A person has one account and an enrollment for each course."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """One person's account; roles hang on the enrollment, not here. `is_staff` opens Django's admin to operators."""

    @property
    def display_name(self) -> str:
        """The full name where there is one, else the user name."""
        return self.get_full_name() or self.username
