"""ETags: an answer that did not change is not sent again."""

import hashlib
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.http.response import ResponseHeaders
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.response import Response

if TYPE_CHECKING:  # rest_framework.views reads the settings, which name modules of ours
    from rest_framework.request import Request

OK = 200


def prepare(request: "Request", response: HttpResponseBase) -> None:
    """Say who may keep the answer: only who asked, and only to ask again whether it still holds.

    Not `no-store`, by which programs' HTTP caches would never ask with the ETag.
    """
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ("Authorization", "Cookie"))
    if request.method not in ("GET", "HEAD") or response.status_code != OK:
        return
    if isinstance(response, Response):
        response.add_post_render_callback(lambda rendered: _if_changed(request, rendered))


def _if_changed(request: "Request", response: HttpResponse) -> HttpResponse:
    """Put an ETag on the answer unless the view did; 304 instead of it for who has it already."""
    response.headers.setdefault("ETag", f'"{hashlib.sha256(response.content).hexdigest()[:32]}"')
    etag = response.headers["ETag"]
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if known != ["*"] and _weak(etag) not in map(_weak, known):
        return response
    unchanged = HttpResponseNotModified()
    kept: ResponseHeaders = response.headers
    for name in ("Cache-Control", "ETag", "Vary"):
        if name in kept:
            unchanged[name] = kept[name]
    return unchanged


def _weak(etag: str) -> str:
    return etag.removeprefix("W/")
