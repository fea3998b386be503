"""What all acts on rows that staff edit have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model


class SlugTaken(Exception):
    """Another row took the short name first; forms look before, this is for two people in the same second."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"{slug} is taken meanwhile: choose another one.")


@contextmanager
def slug_once(slug: str) -> Iterator[None]:
    """Turn a short name that is taken into SlugTaken; the row's other constraints are its form's to keep."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "slug" not in str(error):
            raise
        raise SlugTaken(slug) from None


def apply(row: Model, values: dict[str, Any]) -> list[str]:
    """Store the values that differ from the row's; returns their names in order, none if nothing changed."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return changed
