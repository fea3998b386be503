"""The courier: webhooks' messages and whatever else is due to other machines."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coursework.runtime.ending import told_to_stop
from grading.courier import ROUNDS, Courier
from grading.models import SignKind
from grading.signs import Signaller


class Command(BaseCommand):
    """Sends what is due, several at a time, until it is told to stop."""

    help = "Every INTERVAL seconds: send what is due to other machines. One process is enough; two do no harm."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --once and --interval."""
        parser.add_argument("--once", action="store_true", help="send what is due now and end")
        parser.add_argument("--interval", type=float, default=1.0, metavar="SECONDS", help="1 unless told")

    def handle(self, *_args: Any, once: bool, interval: float, **_options: Any) -> None:
        """Send until told to stop; what is under way then is brought to its end."""
        courier = Courier(ROUNDS)
        if once:
            self.stdout.write(f"{courier.once()} things to send were tried.")
            return
        stopped = told_to_stop()
        signaller = Signaller(kind=SignKind.COURIER)
        signaller.start()
        courier.run(stopped, interval=interval)
        signaller.stop()
