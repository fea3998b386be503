"""What /readyz/ tells: database, broker and how long the oldest hand-in and the oldest picture have been waiting."""

from functools import partial
from typing import Any

from django.conf import settings

from coursework.runtime.readiness import Question, ask_broker, ask_database
from grading.picture_queue import oldest_picture_seconds
from grading.queue import oldest_waiting_seconds


def _facts() -> dict[str, Any]:
    ages = {"oldest_queued_seconds": oldest_waiting_seconds(), "oldest_picture_seconds": oldest_picture_seconds()}
    return {name: None if age is None else round(age, 1) for name, age in ages.items()}


DATABASE = Question("database", partial(ask_database, _facts))
BROKER = Question("broker", ask_broker)


def readiness() -> dict[str, Any]:
    """Ask all parts. `ready` is False if one of `reasons` stands against it. Never raises, takes some 4 s at most.

    Pictures that wait are no such reason: no hand-in waits for them.
    """
    database, broker = DATABASE.answer(), BROKER.answer()
    age, most = database.facts.get("oldest_queued_seconds"), settings.READY_QUEUE_SECONDS
    reasons = [why for why in (database.why, broker.why) if why]
    if age is not None and age > most:
        reasons.append(f"The oldest hand-in has been waiting for {age:.0f} s, more than {most}.")
    return {
        "ready": not reasons,
        "reasons": reasons,
        "database": "does not answer" if database.why and not database.facts else "answers",
        "migrations": database.facts.get("migrations", "not known"),
        "broker": "does not answer" if broker.why else "answers",
        "oldest_queued_seconds": age,
        "oldest_picture_seconds": database.facts.get("oldest_picture_seconds"),
    }
