"""By which address others reach us: PUBLIC_URL, which may lead to a path of its host, and a path of ours."""

from django.conf import settings


def public_address(path: str) -> str:
    """Return the whole address of a path of ours, which begins with a slash."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
