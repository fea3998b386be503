"""Take the second step of signing in off an account whose owner has lost telephone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coursework.models import User
from coursework.services.accounts import remove_second_step


class Command(BaseCommand):
    """Also the way back in for the only operator there is."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the user name."""
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Remove it, and say so."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"No account has the user name {username!r}.")
        if not remove_second_step(user=user):
            raise CommandError(f"The account {username!r} has no second step.")
        self.stdout.write(f"The password alone opens {username!r} now. Be sure that its owner asked for this.")
