"""Answers that are files: whatever an Accept header says of JSON, they come as they are."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AsItIs(BaseContentNegotiation):
    """Takes the first renderer, by which only problems are written: which kind of file it is, the address says."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the only parser."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer of problems."""
        first = next(iter(renderers))
        return first, first.media_type


def file_of(*media_types: str, said: str) -> Any:
    """Describe an answer that is a file of one of these kinds."""
    return {
        (200, media_type): OpenApiResponse(response=OpenApiTypes.BINARY, description=said) for media_type in media_types
    }
