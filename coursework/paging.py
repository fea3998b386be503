"""Lists that are shown page by page."""

from typing import Any

from django.core.paginator import Page


def linked_pages(page: "Page[Any]") -> list[int]:
    """Return the pages to link to: the first, the last and those around this one."""
    last = page.paginator.num_pages
    return [number for number in range(1, last + 1) if number in (1, last) or abs(number - page.number) <= 2]
