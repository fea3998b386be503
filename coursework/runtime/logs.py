"""Log lines: readable for a person in development, JSON for a machine in production."""

from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from coursework.runtime.secret_addresses import without_keys

# Run for our own events and for those of Django, Celery and gunicorn alike, so that all lines look the same.
_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.UnicodeDecoder(),
]


def logging_config(*, json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return the matching value for Django's LOGGING.

    json: one JSON object per line instead of columns. level: the lowest level written, e.g. "INFO".
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_renderers(json=json),
                    _without_keys,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would write every line a second time, and mail errors to nobody.
        "loggers": {"django": {"handlers": [], "level": level, "propagate": True}},
    }


def _renderers(*, json: bool) -> list[Processor]:
    if json:
        # Where it failed, not with which values: those hold what people handed in, and passwords.
        tracebacks = ExceptionDictTransformer(show_locals=False)
        return [structlog.processors.ExceptionRenderer(tracebacks), structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]


def _without_keys(_logger: Any, _method: str, line: Any) -> str:
    """Leave secret addresses out of a line. Django names the address of all that it refuses, so this comes last."""
    return without_keys(line)
