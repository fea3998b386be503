"""The OpenAPI description of the API, made from its views: what each needs, and every way in which it answers."""

import functools
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, get_doc

from coursework.runtime.problem_json import CONTENT_TYPE
from grading.api.scopes import MEANING

JSON = "application/json"
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
    "422": "Values that are not valid, or fields and parameters that there are not: `errors` has them by name.",
    "429": "Too many requests with this scope in this minute.",
}
_IN_ADDRESSES = {
    "course": "The short name of a course, as it stands in its pages' addresses.",
    "assignment": "The short name of an assignment.",
    "task": "The short name of a task.",
    "enrollment": "The id of a person's place in the course.",
    "key": "The key of a student's work on the task, as lists of grades give it.",
    "number": "The number of a request for a second look.",
    "picture": "The id of a screenshot in the draft.",
    "position": "Which screenshot or run it is.",
    "receipt_number": "The receipt number of a submission.",
    "report": "Which export, as the list of exports names it.",
    "file_format": "In which format, as the list of exports has it, or `left-out`.",
    "run": "The id of a practice run.",
    "verification": "The id of a verification.",
}
PROBLEM = {
    "type": "object",
    "description": "What went wrong, by RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"], "description": "Always about:blank, so far."},
        "title": {"type": "string", "description": "The status in a few words."},
        "status": {"type": "integer", "description": "The status of the answer once more."},
        "detail": {"type": "string", "description": "What went wrong, in a sentence for people."},
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


class SentScheme(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Bodies that are sent, as objects without other fields than theirs."""

    target_class = "grading.api.sent.Sent"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """Describe the body."""
        described: Any = auto_schema
        schema: dict[str, Any] = described._map_serializer(self.target, direction, bypass_extensions=True)
        passed_over = {name: {"description": "As in the answer; not read."} for name in self.target.not_read}
        return schema | {"properties": schema["properties"] | passed_over, "additionalProperties": False}


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
            for parameter in operation.get("parameters", ()):
                self._describe(parameter)
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

    def _describe(self, parameter: dict[str, Any]) -> None:
        """Say what a parameter means: of parts of the address by their names, of filters by their own texts."""
        name = parameter["name"]
        if parameter["in"] == "path":
            parameter.setdefault("description", _IN_ADDRESSES[name])
        elif not parameter.get("description"):  # drf-spectacular leaves the text out where the type is given
            filters: Any = getattr(self.view, "filterset_class", None)
            if filters is not None and name in filters.base_filters:
                parameter["description"] = filters.base_filters[name].extra["help_text"]

    def _doc(self) -> str:
        return str(get_doc(getattr(self.view, self.method.lower(), None)) or get_doc(self.view.__class__))

    def _problems(self, operation: dict[str, Any]) -> dict[str, Any]:
        codes = ["401", "403", "406", "422", "429"]
        if "{" in self.path:
            codes.append("404")
        if "requestBody" in operation:
            codes += ["400", "413", "415"]
        found = {code: self._problem(code) for code in codes}
        read = operation["responses"].get("200", {})
        if self.method == "GET" and JSON in read.get("content", {}):  # files have no ETag
            found["304"] = {"description": "Not changed since the answer with the ETag in If-None-Match."}
            read.setdefault("headers", {}).setdefault("ETag", _header("ETag"))
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
