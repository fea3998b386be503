"""Titles that a task has only once: of its rubric's groups, and of its saved comments."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction


class TitleTaken(Exception):
    """Another row took the title first; forms look before, this is for two people in the same second."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} is taken meanwhile: choose another title.")


@contextmanager
def title_once(title: str) -> Iterator[None]:
    """Turn a title that is taken into TitleTaken; other constraints are the form's to keep."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "title" not in str(error):
            raise
        raise TitleTaken(title) from None
