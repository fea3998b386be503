"""A link by which an LMS registers itself, without the operators' page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from coursework.public_address import public_address
from grading.forms_platforms import LinkForm
from grading.services.lti.registering import LINK_LASTS, make_registration_link


class Command(BaseCommand):
    """Makes the link of **Operations, LMS platforms**: for one registration, within seven days."""

    help = "Make a link by which an LMS registers itself (LTI dynamic registration); it is shown here and never again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the note."""
        parser.add_argument("note", nargs="?", default="", help="for whom it is, as the operators' page lists it")

    def handle(self, *_args: Any, note: str, **_options: Any) -> None:
        """Make it, and print its address alone on a line, for scripts."""
        form = LinkForm({"note": note})
        if not form.is_valid():
            raise CommandError(" ".join(map(str, form.errors["note"])))
        _link, token = make_registration_link(by=None, note=form.cleaned_data["note"])
        self.stdout.write(public_address(reverse("lti_register", kwargs={"token": token})))
        self.stderr.write(f"Whoever has it can register one LMS, once, for {LINK_LASTS.days} days.")
