"""Reading JSON that is sent to us: so much of it, so deep, and only text that every database can keep."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.http import HttpRequest, UnreadablePostError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from grading.api.problems import Problem

MOST_BYTES = 1024 * 1024
MOST_LEFT_BYTES = 32 * 1024 * 1024  # more than the largest hand-in
_AT_ONCE = 64 * 1024
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_TEXT = "Text can't hold the character U+0000 or one half of a surrogate pair."


def read_out(request: HttpRequest) -> None:
    """Read what is left of a body that was refused unread, and drop it.

    Else the server closes the connection, having promised to keep it, and the program's next request there is lost.
    """
    left = MOST_LEFT_BYTES
    try:
        while left > 0 and (chunk := request.read(min(left, _AT_ONCE))):
            left -= len(chunk)
    except UnreadablePostError:
        return


class JsonBody(BaseParser):
    """A JSON document in UTF-8. Bytes, depth and numbers without a value (NaN) are refused, never a fault of ours."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the document; ParseError for what is none, a Problem with 413 for one that is too long."""
        try:
            data = stream.read(MOST_BYTES + 1)
        except UnreadablePostError:
            raise ParseError("The body broke off.") from None
        if len(data) > MOST_BYTES:
            raise Problem(413, f"The body is longer than {MOST_BYTES} bytes.")
        try:
            value = json.loads(data.decode("utf-8"), parse_constant=_no_such_number)
            texts = list(_texts(value))
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is no JSON that can be read: {str(error)[:200]}.") from None
        if any(map(_UNSTORABLE.search, texts)):
            raise ParseError(_NOT_TEXT)
        return value


def _no_such_number(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _texts(value: Any) -> Iterator[str]:
    """Give every string in the document, keys among them."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
