"""`manage.py make_demo`: the demo course."""

from typing import Any

from django.core.management.base import BaseCommand

from coursework.services.demo import sign_ins
from grading.services.demo import make_graded_demo


class Command(BaseCommand):
    """Makes the demo course once; a second call changes nothing.

    It stands here and not in coursework, which makes the course, since how it is graded belongs to it.
    """

    help = "Make a demo course with an instructor, a teaching assistant, students and their first hand-ins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make it if it is not there, and name the sign-ins."""
        self.stdout.write("Demo course made." if make_graded_demo() else "The demo course is there already.")
        for role, username, password in sign_ins():
            self.stdout.write(f"  {role + ':':<20} {username:<12} password {password}")
