"""ETags: an answer that did not change is not sent again, and a write says which version it was made from."""

import hashlib
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.http.response import ResponseHeaders
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.response import Response

from grading.api.problems import Problem

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


def version_etag(version: object) -> str:
    """Return the ETag of a resource with versions of its own; a view sets it as the answer's `ETag`."""
    return f'"v{version}"'


def check_version(request: "Request", version: object, *, required: bool = True) -> None:
    """Raise a Problem unless `If-Match` names this version: 412 for another one, 428 where it has to and does not."""
    given = request.headers.get("If-Match")
    if given is None:
        if required:
            raise Problem(
                428, f"Say which version you change, by the header If-Match. It is now {version_etag(version)}."
            )
        return
    known: list[Any] = parse_etags(given)
    if known != ["*"] and version_etag(version) not in known:
        raise Problem(412, f"This was changed meanwhile: it is now {version_etag(version)}, not {given[:80]}.")
