"""A new key for LTI, before its time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from grading.services.lti.keys import rotate_key


class Command(BaseCommand):
    """Makes the next key that we sign with. By itself that happens every 90 days, done by the sweeper."""

    help = "Make the next LTI key. It is published now and signs in two days, when every LMS has read it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --at-once."""
        parser.add_argument(
            "--at-once",
            action="store_true",
            help="it signs now and all others are withdrawn: for a key that has leaked. An LMS that keeps our keys "
            "for a while may refuse us until it reads them again",
        )

    def handle(self, *_args: Any, at_once: bool, **_options: Any) -> None:
        """Make it and say from when it signs."""
        made = rotate_key(at_once=at_once)
        self.stdout.write(f"Key {made.kid} signs from {made.signs_from:%Y-%m-%d %H:%M} UTC.")
