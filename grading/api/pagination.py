"""Pages of long lists, by cursor: what is added meanwhile neither repeats nor hides an entry."""

import re
from typing import Any

from django.core.exceptions import ValidationError as WrongValue
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

_BASE_64 = re.compile(r"[A-Za-z0-9+/]+=*")
_NO_CURSOR = "This cursor does not belong to this list: follow the addresses in `next` and `previous` as they are."


class ByCursor(CursorPagination):
    """`?limit=` asks for so many entries; the answer has `next` and `previous`. Views set `ordering`."""

    page_size = 50
    page_size_query_param = "limit"
    page_size_query_description = "How many entries a page has."
    max_page_size = 200
    ordering = "-pk"

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """Return the view's own ordering. Its first column must never be empty: the cursor points by it."""
        return tuple(getattr(view, "ordering", None) or (self.ordering,))

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Return the page's rows; ValidationError (422) for a cursor that is not one of this list."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, WrongValue, ValueError, TypeError, OverflowError):
            raise ValidationError({"cursor": [_NO_CURSOR]}) from None

    def decode_cursor(self, request: Request) -> Any:
        """Read `cursor`; other letters than those of base 64 would be passed over."""
        given = request.query_params.get(self.cursor_query_param)
        if given is not None and not _BASE_64.fullmatch(given):
            raise NotFound
        return super().decode_cursor(request)

    def get_page_size(self, request: Request) -> int:
        """Read `limit`; ValidationError (422) for one that is no number in range."""
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        if not (given.isascii() and given.isdecimal() and len(given) < 6 and 1 <= int(given) <= self.max_page_size):
            raise ValidationError({"limit": [f"Choose a number from 1 to {self.max_page_size}, not {given[:40]!r}."]})
        return int(given)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe `cursor` and `limit` with its bounds."""
        parameters = super().get_schema_operation_parameters(view)
        for one in parameters:
            if one["name"] == self.page_size_query_param:
                one["schema"] = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": 50}
        return list(parameters)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page in the words of OpenAPI 3.1."""
        link = {"type": ["string", "null"], "format": "uri"}
        after = link | {"description": "The address of the next page; null on the last one."}
        before = link | {"description": "The address of the page before; null on the first one."}
        return {
            "type": "object",
            "description": "A page of a list, and the addresses of those after and before.",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": after,
                "previous": before,
                "results": schema | {"description": "The entries of this page."},
            },
        }
