"""`manage.py make_class`: a class that is made up, for trying out and for tests."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from grading.services.made_up.people import staff_names, student_name
from grading.services.make_class import PASSWORD, ClassRefused, Wanted, make_class


class Command(BaseCommand):
    """Makes a course with students, hand-ins and results that nobody trained."""

    help = "Make a course with made-up students, hand-ins and results, for trying out and for tests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name what can be chosen."""
        parser.add_argument("--students", type=int, default=200, help="how many (default %(default)s)")
        parser.add_argument("--assignments", type=int, default=1, help="with two tasks each (default %(default)s)")
        parser.add_argument("--slug", default="class", help="the course’s short name (default %(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same class (default 1)")
        parser.add_argument("--password", default=PASSWORD, help="of all accounts (default %(default)s)")
        parser.add_argument("--pictures", action="store_true", help="with pictures: a few real ones, shared by all")
        parser.add_argument("--graded", type=int, default=0, help="percent of the students who were graded (default 0)")
        parser.add_argument("--yes", action="store_true", help="in production, too")

    def handle(self, *_args: Any, yes: bool, **options: Any) -> None:
        """Make it, and name the sign-ins; say why where it can't be made."""
        if settings.PRODUCTION and not yes:
            raise CommandError(
                "This is a service in production: made-up people would stand among real ones. --yes makes them anyway."
            )
        wanted = Wanted(
            slug=options["slug"],
            students=options["students"],
            assignments=options["assignments"],
            seed=options["seed"],
            password=options["password"],
            pictures=options["pictures"],
            graded_percent=options["graded"],
        )
        started = time.monotonic()
        try:
            course = make_class(wanted)
        except ClassRefused as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(
            f"Course {course.slug} with {wanted.students:,} students made in {time.monotonic() - started:.1f} s. "
            f"All accounts have the password {wanted.password}:"
        )
        instructor, assistant = staff_names(course.slug)
        first, last = student_name(course.slug, 1), student_name(course.slug, wanted.students)
        for role, names in (("Instructor", instructor), ("Assistant", assistant), ("Students", f"{first} to {last}")):
            self.stdout.write(f"  {role:<11} {names}")
