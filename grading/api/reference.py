"""The API's description for people: the OpenAPI document, as a page shows it.

A page of our own rather than Swagger UI or Redoc: both write styles into the page, which our content policy forbids for
good reasons, and neither fits the site's look, its dark colours or a narrow window.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from coursework.markdown import rendered_markdown
from coursework.runtime.problem_json import CONTENT_TYPE

_REFERENCE = "#/components/schemas/"
_SAID_ONCE = ("304", "400", "401", "403", "406", "413", "415", "429")  # at the top of the page, for all


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, in words; `target` is the name of a schema on the page, if it is one."""

    words: str
    target: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter, or a property of a schema."""

    name: str
    kind: Kind
    place: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which an operation answers."""

    status: str
    description: str
    kind: Kind | None
    media: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    key: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: tuple[Value, ...]
    body: tuple[Answer, ...]  # by media type; the status is empty
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema: an object with its properties, or plain words."""

    name: str
    description: str
    kind: Kind
    properties: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """All that the page shows."""

    areas: tuple[tuple[str, tuple[Operation, ...], str], ...]  # name, operations, what they are about
    shapes: tuple[Shape, ...]
    common: tuple[Answer, ...]


def reference(schema: Mapping[str, Any]) -> Reference:
    """Read an OpenAPI 3.1 document of ours."""
    about = {one["name"]: str(one["description"]) for one in schema.get("tags", ())}
    order = list(about)
    operations = sorted(_operations(schema), key=lambda one: (order.index(one.tag), one.path))
    shapes = [_shape(name, one) for name, one in sorted(schema["components"]["schemas"].items())]
    answers = [
        answer for path in schema["paths"].values() for one in path.values() for answer in one["responses"].items()
    ]
    common = {status: _answer(status, answer) for status, answer in answers if status in _SAID_ONCE}
    return Reference(
        areas=tuple((tag, tuple(of_tag), about[tag]) for tag, of_tag in groupby(operations, key=_tag)),
        shapes=tuple(shapes),
        common=tuple(common[status] for status in sorted(common)),
    )


def _tag(one: Operation) -> str:
    return one.tag


def _operations(schema: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            scopes = [scope for way in one.get("security", ()) for scope in way.get("token", ())]
            content = one.get("requestBody", {}).get("content", {})
            yield Operation(
                key=one["operationId"],
                tag=one["tags"][0],
                method=method.upper(),
                path=path,
                summary=one.get("summary", "").removesuffix(".").replace("`", ""),
                description=rendered_markdown(one.get("description", "").rpartition("Scope: ")[0].strip()),
                scope=scopes[0] if scopes else "",
                parameters=tuple(map(_parameter, one.get("parameters", ()))),
                body=tuple(
                    Answer("", "", _kind(sent["schema"]), media, _example(sent)) for media, sent in content.items()
                ),
                answers=tuple(
                    _answer(status, answer) for status, answer in one["responses"].items() if status not in _SAID_ONCE
                ),
            )


def _example(sent: Mapping[str, Any]) -> str:
    first: Mapping[str, Any] = next(iter(sent.get("examples", {}).values()), {})
    return json.dumps(first["value"], ensure_ascii=False) if first else ""


def _parameter(one: Mapping[str, Any]) -> Value:
    said = _first_paragraph(one.get("description", ""))
    return Value(one["name"], _kind(one["schema"]), one["in"], bool(one.get("required")), said)


def _answer(status: str, one: Mapping[str, Any]) -> Answer:
    contents: dict[str, dict[str, Any]] = one.get("content", {})
    media = next(iter(contents), "")
    content = contents.get(media, {})
    kind = _kind(content["schema"]) if "schema" in content and media != CONTENT_TYPE else None
    return Answer(status, one.get("description", "").replace("`", "") or "As asked for.", kind, media)


def _shape(name: str, one: Mapping[str, Any]) -> Shape:
    required = one.get("required", ())
    properties = tuple(
        Value(field, _kind(kind), "", field in required, _first_paragraph(kind.get("description", "")))
        for field, kind in one.get("properties", {}).items()
    )
    said = rendered_markdown(one.get("description", ""))
    kind = Kind("") if said and "enum" in one else _kind(one)  # the description lists the values with their meanings
    return Shape(name, said, kind, properties)


def _first_paragraph(text: str) -> str:
    """Leave out the list of an enumeration's values, which the kind names anyway."""
    first = text.partition("\n\n")[0].replace("`", "")
    return "" if first.startswith("* ") else first


def _kind(schema: Mapping[str, Any]) -> Kind:
    """Say in words what a value may be."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_REFERENCE)
        return Kind("", name)
    for word in ("allOf", "oneOf", "anyOf"):
        if word in schema:
            return _one_of([_kind(one) for one in schema[word]])
    if "enum" in schema:
        return Kind("one of " + ", ".join("null" if one is None else str(one) for one in schema["enum"]))
    if "const" in schema:
        return Kind(f"always {schema['const']}")
    types = schema.get("type", "anything")
    names = [types] if isinstance(types, str) else list(types)
    main = next((one for one in names if one != "null"), "null")
    kind = _named(main, schema)
    return Kind(kind.words, kind.target, f"{kind.after} or null") if len(names) > 1 else kind


def _named(name: str, schema: Mapping[str, Any]) -> Kind:
    if name == "array":
        inner = _kind(schema.get("items", {}))
        return Kind(f"list of {inner.words}".strip(), inner.target, inner.after)
    if name == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        inner = _kind(schema["additionalProperties"])
        return Kind(f"object of {inner.words}".strip(), inner.target, inner.after)
    words = {"date-time": "time", "uri": "address", "decimal": "decimal number as text", "binary": "file"}
    return Kind(words.get(schema.get("format", ""), name) + _bounds(schema))


def _bounds(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is None and high is None) or (high or 0) > 10**9:
        return ""
    return f" from {low} to {high}" if None not in (low, high) else f" from {low}" if high is None else f" up to {high}"


def _one_of(kinds: list[Kind]) -> Kind:
    known = [one for one in kinds if one.words != "null"]
    if len(known) != 1:
        return Kind(" or ".join(one.target or one.words for one in known))
    null = " or null" if len(kinds) > 1 else ""
    return Kind(known[0].words, known[0].target, known[0].after + null)
