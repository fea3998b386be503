"""Finding the person that a command is about."""

from django.core.management.base import CommandError

from coursework.models import User


def person(username: str) -> User:
    """Return the account with exactly this user name; CommandError if there is none."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise CommandError(f"Nobody has the user name {username!r}. Erased people are called erased-….")
    return found
