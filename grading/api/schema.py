"""The OpenAPI description of the API, made from its views: what each needs, and every way in which it answers."""

import functools
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, get_doc

from coursework.runtime.problem_json import CONTENT_TYPE
from grading.api.scopes import MEANING

_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "Send it as If-None-Match to be answered 304 while nothing changed."},
    "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to sign in: with a token."},
}
_ALWAYS = {"401": "WWW-Authenticate", "429": "Retry-After"}
_SAID = {
    "400": "The body can't be read.",
    "401": "Not signed in: no token, or one that is not valid any more.",
    "403": "The token lacks the scope, or staff lack the second step of signing in.",
    "404": "Not there, or not for you.",
    "406": "Only JSON is given.",
    "413": "The body is too large.",
    "415": "Only JSON is taken.",
    "422": "Values that are not valid: `errors` has them by field.",
    "429": "Too many requests with this scope in this minute.",
}
PROBLEM = {
    "type": "object",
    "description": "What went wrong, by RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "By field, as in `spec.seed`; under an empty name what is about the whole.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token, as a security scheme; each operation names the scope that it wants of it."""

    target_class = "grading.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[Any]]:
        """Name the scope."""
        return {"token": [str(scope) for scope in [_scope(auto_schema)] if scope]}

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Describe the token and list all scopes."""
        scopes = "\n".join(f"- `{scope}`: {meaning}" for scope, meaning in MEANING.items())
        return {
            "type": "http",
            "scheme": "bearer",
            "description": f"Made on the page of your tokens. Scopes:\n\n{scopes}",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session, as a security scheme."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Describe the cookie, and what a write takes besides."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A signed-in browser. Writes send the CSRF token in the header X-CSRFToken, too.",
        }


class ProblemSchema(AutoSchema):
    """Adds to every operation the scope that it wants, and the answers that all of them may give."""

    def get_operation(self, *arguments: Any, **keywords: Any) -> dict[str, Any] | None:
        """Describe one method of one address."""
        operation: dict[str, Any] | None = super().get_operation(*arguments, **keywords)
        if operation is not None:
            responses = self._problems(operation) | operation["responses"]
            for code, header in _ALWAYS.items():  # also where a view describes the answer itself
                responses[code].setdefault("headers", {}).setdefault(header, _header(header))
            operation["responses"] = dict(sorted(responses.items()))
        return operation

    def get_summary(self) -> str | None:
        """Return the first line of the handler's docstring, else of the view's."""
        return self._doc().partition("\n")[0] or None

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own asks for none, either
        """Return what follows that line, and the scope."""
        scope = _scope(self)
        wanted = f"Scope: `{scope}` ({MEANING[scope].lower()})." if scope else ""
        return "\n\n".join(filter(None, (self._doc().partition("\n")[2].strip(), wanted)))

    def get_tags(self) -> list[str]:
        """Return the view's own tag, else the resource's name in the address."""
        own: str = getattr(self.view, "tag", "")
        return [own] if own else [str(tag) for tag in super().get_tags()]

    def _doc(self) -> str:
        return str(get_doc(getattr(self.view, self.method.lower(), None)) or get_doc(self.view.__class__))

    def _problems(self, operation: dict[str, Any]) -> dict[str, Any]:
        codes = ["401", "403", "406", "429"]
        if "{" in self.path:
            codes.append("404")
        if any(one["in"] == "query" for one in operation.get("parameters", ())) or "requestBody" in operation:
            codes.append("422")
        if "requestBody" in operation:
            codes += ["400", "413", "415"]
        found = {code: self._problem(code) for code in codes}
        if self.method == "GET":
            found["304"] = {"description": "Not changed since the answer with the ETag in If-None-Match."}
        for code, answer in operation["responses"].items():
            if code == "200" and self.method == "GET":
                answer.setdefault("headers", {}).setdefault("ETag", _header("ETag"))
        return found

    def _problem(self, code: str) -> dict[str, Any]:
        make: Any = ResolvedComponent  # drf-spectacular's classes have no types
        component = make(name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem")
        self.registry.register_on_missing(component)
        return {"description": _SAID[code], "content": {CONTENT_TYPE: {"schema": component.ref}}}


def _header(name: str) -> dict[str, Any]:
    return {"schema": {"type": "string"}} | _HEADERS[name]


def _scope(schema: AutoSchema) -> Any:
    return getattr(schema.view, "scopes", {}).get(schema.method)


@functools.cache
def whole_schema() -> dict[str, Any]:
    """Return the description of the whole API. It is the same for everybody, so each process makes it once."""
    make: Any = SchemaGenerator
    found: dict[str, Any] = make().get_schema(request=None, public=True)
    return found
