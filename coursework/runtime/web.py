"""gunicorn's settings, for `manage.py serve` and the container image alike. The address to bind is the caller's."""

import os
from pathlib import Path

wsgi_app = "coursework.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 3
keepalive = 5
# Memory that a library leaks goes back this way; the spread keeps the workers from restarting all at once.
max_requests = 2000
max_requests_jitter = 400
# Workers prove that they live by touching a file: on a disk under load, that has taken them for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Its log lines go the way of all others, see coursework.runtime.logs. Errors are logged by Django with their cause;
# who asked for what is the proxy's to log.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "root": {"handlers": []},
    "handlers": {},
    "formatters": {},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": True},
    },
}
