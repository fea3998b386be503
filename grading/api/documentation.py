"""The API's description for programs, and the answer for addresses that do not exist."""

from typing import Any

from django.urls import Resolver404, resolve
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grading.api.base import ScopedView
from grading.api.schema import whole_schema

_FORMATS = {"json": OpenApiJsonRenderer2, "yaml": OpenApiYamlRenderer2}


class Schema(ScopedView):
    """The OpenAPI description, as JSON or YAML: by `?format=`, else by what is accepted."""

    is_public = True
    takes_parameters = True
    renderer_classes = (OpenApiJsonRenderer2, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer)

    def get_renderers(self) -> list[Any]:
        """Return those of the format that is asked for."""
        wanted = _FORMATS.get(self.request.GET.get("format", ""))
        return [wanted()] if wanted else super().get_renderers()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Give the description."""
        wanted = request.query_params.get("format", "json")
        if wanted not in _FORMATS:
            raise ValidationError({"format": [f"Choose {' or '.join(_FORMATS)}, not {wanted[:40]!r}."]})
        return Response(whole_schema(), headers={"Content-Disposition": f'inline; filename="coursework-api.{wanted}"'})


class NoSuchAddress(ScopedView):
    """Every address under the API's that is none of its own: a problem rather than a page."""

    is_public = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 whatever the method; a forgotten slash at the end is named."""
        self.perform_content_negotiation(request, force=True)
        raise NotFound(_what_is_missing(request.path))


def _what_is_missing(path: str) -> str:
    try:
        there = not path.endswith("/") and resolve(f"{path}/").url_name != "api_unknown"
    except Resolver404:
        there = False
    return f"There is {path}/ with a slash at its end." if there else "There is no such address."
