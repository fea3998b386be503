"""Celery's settings, and the limits within which workers work: for how long, on which queue, by which broker."""

from pathlib import Path
from typing import Any

from environ import Env

# Workers for verifications listen to both of the first two, named in this order: what is handed in comes before what
# is tried or run again. Pictures have workers of their own, since their library needs memory that others don't have.
VERIFICATION, PRACTICE, EVIDENCE = "verification", "practice", "evidence"
_QUEUES = {
    PRACTICE: ("practice", "verify_again", "try_again", "draw_seeds"),
    EVIDENCE: ("read_picture", "assess"),
}


def celery_settings(env: Env, *, redis_url: str, data_dir: Path) -> dict[str, Any]:
    """Return what Celery reads as CELERY_…, and the limits of our own work that go with it.

    Without `redis_url` there is no broker: hints to workers then fail at once and are dropped, the rows stay queued.
    """
    limits = _limits(env)
    broker_url = redis_url or f"unix://{data_dir}/no-broker.sock"
    soft = limits["VERIFICATION_SECONDS"] + 30
    hard = soft + 60
    return limits | {
        "CELERY_BROKER_URL": broker_url.replace("unix://", "redis+socket://", 1),  # kombu's name for it
        "CELERY_TASK_SOFT_TIME_LIMIT": soft,
        "CELERY_TASK_TIME_LIMIT": hard,
        "CELERY_BROKER_TRANSPORT_OPTIONS": _transport(
            longest_task=max(hard, limits["READING_SECONDS"] + 30), prefix=env.str("REDIS_KEY_PREFIX", default="")
        ),
        "CELERY_TASK_ROUTES": _routes(),
        # On SIGQUIT, what can end within this does; the rest is abandoned, and its row returns to the queue.
        "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": env.float("WORKER_STOP_SECONDS", default=1.0),
        **_ALWAYS,
    }


def _limits(env: Env) -> dict[str, Any]:
    # By the clock, of which a worker that stands back behind everybody on a busy machine sees little: a reading of 3 s
    # of a core was seen to take 45 s.
    reading = env.int("READING_SECONDS", default=120)
    return {
        # The engine stops by itself after this and says so; Celery's limits are for what doesn't even get there.
        "VERIFICATION_SECONDS": env.int("VERIFICATION_SECONDS", default=600),
        "PRACTICE_SECONDS": env.int("PRACTICE_SECONDS", default=60),
        # The reading of a picture can't be asked to stop: Celery interrupts it after this, and kills it 30 s later.
        "READING_SECONDS": reading,
        # How long a worker may give no sign before its work is somebody else's, and how long something waits unheard
        # before the broker is told again. Shorter in drills, which can't wait. A reading gives no sign until it is
        # done, so its lease is longer than Celery lets it live.
        "LEASE_SECONDS": env.float("LEASE_SECONDS", default=30.0),
        "READING_LEASE_SECONDS": env.float("READING_LEASE_SECONDS", default=reading + 60),
        "HINT_AGAIN_SECONDS": env.float("HINT_AGAIN_SECONDS", default=30.0),
        # A page takes milliseconds and somebody waits for it; without this, submitting is twice as slow while workers
        # train.
        "WORKER_NICENESS": env.int("WORKER_NICENESS", default=15),
    }


def _transport(*, longest_task: int, prefix: str) -> dict[str, Any]:
    return {
        # A message not acknowledged is delivered again after this; shorter than a task may take, it would run twice.
        "visibility_timeout": longest_task + 60,
        # How often kombu looks for such messages: every 5 s, not every 100.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        # A worker looks into its queues in the order of its --queues, each time; by default it would take turns.
        "queue_order_strategy": "priority",
        # A request that hands work over must not hang on a dead broker: one short try, no more.
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "max_retries": 0,
        "global_keyprefix": prefix,
    }


def _routes() -> dict[str, dict[str, str]]:
    routes = {f"grading.tasks.{name}": {"queue": queue} for queue, names in _QUEUES.items() for name in names}
    return routes | {"grading.tasks.*": {"queue": VERIFICATION}}


_ALWAYS: dict[str, Any] = {
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
    "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,  # a worker waits for its broker as long as it takes
    "CELERY_TASK_PUBLISH_RETRY": False,
    "CELERY_TASK_SERIALIZER": "json",
    "CELERY_ACCEPT_CONTENT": ["json"],
    "CELERY_TASK_IGNORE_RESULT": True,  # results are rows of our own
    "CELERY_TASK_ACKS_LATE": True,
    "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
    "CELERY_WORKER_MAX_TASKS_PER_CHILD": 100,
    "CELERY_WORKER_MAX_MEMORY_PER_CHILD": 500_000,  # KiB; looked at between two tasks
    # A pool process standing behind pages and other workers may well need more than the 4 s it would have to start.
    "CELERY_WORKER_PROC_ALIVE_TIMEOUT": 30.0,
    "CELERY_WORKER_SEND_TASK_EVENTS": False,
    "CELERY_ENABLE_UTC": True,
    "CELERY_TIMEZONE": "UTC",
}
