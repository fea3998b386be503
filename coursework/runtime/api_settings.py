"""Settings of the REST API. Its classes stand in grading and are named by strings."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

# Requests a minute, by token (else person, else address) and scope; 0: no limit.
RATES = {"read": 600, "write": 60, "exports": 10}

_DESCRIPTION = """What a page can do, a program can do, with the same permissions.

- Sign in by a token, made on the page of your tokens: `Authorization: Bearer pcw_…`. Each operation names its scope.
- Begin at `/api/v1/courses/`. What one list gives (`slug`, `key`, `receipt_number`, `url`) stands in the next address.
- Lists come in pages: follow `next` until it is null.
- Every answer in JSON to a GET has an `ETag`; as `If-None-Match` it gives 304 while nothing changed.
- What is still being done says by `Retry-After` when to ask again. So do 429 and 503, whose requests may be repeated.
- Errors are problem details (RFC 9457): `detail` says what is wrong, `errors` has it by field. Fields and parameters
  that do not exist are refused.
- Times are in UTC, as in `2026-11-23T09:30:00Z`.
"""
_AREAS = {
    "me": "Who you are.",
    "courses": "The courses that you are in.",
    "enrollments": "The people of a course.",
    "assignments": "Work that is due together.",
    "tasks": "What is to be solved in the Playground, and by which rules.",
    "submissions": "Handing in, and what was handed in.",
    "verifications": "The checks of submissions: each retrains the network.",
    "practice": "Trying a network on seeds that everybody knows.",
    "leaderboards": "Who reaches the target in the fewest epochs.",
    "grades": "Points: reading them, releasing them, excusing from a task.",
    "reviews": "Grading by people: rubric, comment, adjustment, override.",
    "regrades": "Second looks: students ask for them, staff answer.",
    "exports": "Grades and reports as files.",
}


def api_settings(env: Env) -> dict[str, Any]:
    """Return what Django REST framework, knox, drf-spectacular and our own limits read."""
    return {
        "API_RATES": _rates(env),
        "REST_FRAMEWORK": {
            # The token first, so that whoever is not signed in is told 401 and how to.
            "DEFAULT_AUTHENTICATION_CLASSES": [
                "grading.api.authentication.BearerAuthentication",
                "rest_framework.authentication.SessionAuthentication",
            ],
            "DEFAULT_PERMISSION_CLASSES": [
                "rest_framework.permissions.IsAuthenticated",
                "grading.api.permissions.HasScope",
            ],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
            "DEFAULT_PARSER_CLASSES": ["grading.api.parsing.JsonBody"],
            "DEFAULT_THROTTLE_CLASSES": ["grading.api.rates.ByScope"],
            "DEFAULT_PAGINATION_CLASS": "grading.api.pagination.ByCursor",
            "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
            "DEFAULT_SCHEMA_CLASS": "grading.api.schema.ProblemSchema",
            "DEFAULT_METADATA_CLASS": None,
            "URL_FORMAT_OVERRIDE": None,  # `?format=` belongs to the views
            "EXCEPTION_HANDLER": "grading.api.problems.problem_response",
            "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
        },
        "KNOX_TOKEN_MODEL": "grading.ApiToken",
        # Its own table stands for the model that ours replaces: nothing would ever be in it, and no flush knows of it.
        "MIGRATION_MODULES": {"knox": None},
        "REST_KNOX": {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "pcw_", "TOKEN_TTL": timedelta(days=90)},
        "SPECTACULAR_SETTINGS": {
            "TITLE": "Playground coursework API",
            "VERSION": "1",
            "OAS_VERSION": "3.1.0",
            "DESCRIPTION": _DESCRIPTION,
            "TAGS": [{"name": name, "description": said} for name, said in _AREAS.items()],
            "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
            "SERVE_INCLUDE_SCHEMA": False,
            "ENUM_NAME_OVERRIDES": {
                "GradeState": "grading.api.v1.words.STATES",
                "OwnGradeState": "grading.api.v1.words.OWN_STATES",
                "RegradeState": "grading.models.regrades.RegradeState",
                "WorkStatusEnum": "grading.api.v1.words.STATUSES",
                "StageEnum": "grading.api.v1.words.STAGES",
                "ProgressStageEnum": "grading.api.v1.words.PROGRESS_STAGES",
            },
            "COMPONENT_SPLIT_REQUEST": True,  # what is sent never has the fields that are only read
        },
    }


def _rates(env: Env) -> dict[str, int]:
    """Read API_RATES, such as `read=600,write=60,exports=10`; what it leaves out stays as it is here."""
    given = env.dict("API_RATES", default={})
    for name, rate in given.items():
        if name not in RATES or not (rate.isascii() and rate.isdecimal()):
            allowed = ",".join(f"{kind}={most}" for kind, most in RATES.items())
            raise ImproperlyConfigured(
                f"API_RATES has to look like {allowed} (a minute; 0: no limit), not {name}={rate}."
            )
    return RATES | {name: int(rate) for name, rate in given.items()}
