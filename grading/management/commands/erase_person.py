"""`manage.py erase_person`: one person's data deleted, results kept without a name."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coursework.models import User
from grading.management.people import person
from grading.services.personal.erase import erase_person, is_erased, traces_of, what_would_go, words_of

_MOST_TRACES = 50


class Command(BaseCommand):
    """Erases a person after asking, and then looks whether the name still stands anywhere."""

    help = "Erase a person: account, drafts and pictures are deleted; submissions and results stay, pseudonymised."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name whom, and how carefully."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--yes", action="store_true", help="don't ask")

    def handle(self, *_args: Any, username: str, dry_run: bool, yes: bool, **_options: Any) -> None:
        """Say what will go, ask, erase, and look for what is left."""
        user = person(username)
        for label, (count, then) in what_would_go(user=user).items():
            self.stdout.write(f"{count:6} {label}: {then.value}")
        if dry_run:
            self.stdout.write("Nothing was changed.")
            return
        if not yes and not is_erased(user):
            self._ask(username)
        words = set() if is_erased(user) else words_of(user)
        self._erase(user, words)

    def _ask(self, username: str) -> None:
        self.stdout.write("This can't be undone; backups made before still hold the person's data.")
        try:
            typed = input("Type the user name to go on: ")
        except EOFError:
            typed = ""
        if typed != username:
            raise CommandError("Not erased: the user name was not repeated. In scripts, give --yes.")

    def _erase(self, user: User, words: set[str]) -> None:
        self.stdout.write(f"Erased. What stays belongs to {erase_person(user=user)}.")
        traces = list(traces_of(words))
        if traces:
            self.stdout.write("Words of the person still stand here. They may mean somebody else; please look:")
        for trace in traces[:_MOST_TRACES]:
            self.stdout.write(f"  {trace.table} {trace.pk}, {trace.column}")
        if len(traces) > _MOST_TRACES:
            self.stdout.write(f"  and {len(traces) - _MOST_TRACES} more")
