"""Whether the service as a whole is fit for work: each part is asked within bounded time, and no answer is an error."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswer
from dataclasses import dataclass, field
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

SECONDS_TO_ANSWER = 2.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking one part: `why` is empty where all is well; it holds no address and no secret."""

    why: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Question:
    """Asks one part of the service, in a thread of its own, so that a part that hangs holds up nobody.

    While an earlier question still hangs no second one is asked: there is at most one thread for each part.
    """

    def __init__(self, name: str, ask: Callable[[], Answer]) -> None:
        self.name = name
        self._ask = ask
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"ready-{name}")
        self._pending: Future[Answer] | None = None

    def answer(self, seconds: float = SECONDS_TO_ANSWER) -> Answer:
        """Return the answer, or say that there was none within this time. Never raises."""
        if self._pending is None or self._pending.done():
            self._pending = self._thread.submit(self._ask)
        try:
            return self._pending.result(timeout=seconds)
        except NoAnswer:
            return Answer(f"The {self.name} does not answer within {seconds:g} s.")
        except Exception as error:
            log.warning("not_ready", part=self.name, error=type(error).__name__)
            return Answer(f"The {self.name} does not answer ({type(error).__name__}).")


def ask_database(also: Callable[[], dict[str, Any]]) -> Answer:
    """Ask the database whether it answers and is up to date, and for the facts that `also` reads from it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        unapplied = _unapplied_migrations()
        if unapplied:
            count = "1 migration is" if unapplied == 1 else f"{unapplied} migrations are"
            return Answer(f"The database is not up to date: {count} not applied.", {"migrations": "missing"})
        return Answer(facts={"migrations": "applied", **also()})
    finally:
        connection.close()  # this thread's own


_up_to_date = False


def _unapplied_migrations() -> int:
    """Count the migrations that the code has and the database has not; once there are none, that stays so."""
    global _up_to_date
    if _up_to_date:
        return 0
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    _up_to_date = not missing
    return missing


def ask_broker() -> Answer:
    """Ask Redis whether it answers."""
    if not settings.REDIS_URL:
        return Answer("No broker is configured: REDIS_URL is empty.")
    limits = {"socket_connect_timeout": SECONDS_TO_ANSWER, "socket_timeout": SECONDS_TO_ANSWER}
    with redis.Redis.from_url(settings.REDIS_URL, **limits) as client:
        client.ping()
    return Answer()
