"""The description of the API: valid, whole, for programs and for people."""

import json
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from grading.api.base import ScopedView
from grading.api.reference import reference
from grading.api.schema import whole_schema
from tests.grading.api.test_matrix import ROWS


def test_it_is_valid_and_nothing_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
    assert capsys.readouterr().err == ""


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, all_of in whole_schema()["paths"].items() for method, one in all_of.items()]


def test_every_operation_says_its_scope_and_every_common_refusal() -> None:
    assert len(operations()) == len(ROWS)
    assert whole_schema()["openapi"].startswith("3.1")
    for path, method, one in operations():
        (scope,) = one["security"][0]["token"]
        assert f"`{scope}`" in one["description"]
        assert {"session": []} in one["security"]
        wanted = {"401", "403", "406", "429"} | ({"404"} if "{" in path else set())
        in_json = method == "get" and "application/json" in one["responses"]["200"]["content"]
        assert in_json == ("304" in one["responses"]), (method, path)
        wanted |= {"400", "413", "415", "422"} if "requestBody" in one else set()
        assert wanted <= set(one["responses"]), (method, path)
        assert "Retry-After" in one["responses"]["429"]["headers"]
        assert "WWW-Authenticate" in one["responses"]["401"]["headers"]
    assert set(whole_schema()["components"]["securitySchemes"]) == {"token", "session"}


def test_everything_that_can_be_asked_has_a_meaning_and_every_operation_a_short_name() -> None:
    for path, method, one in operations():
        assert 5 < len(one["summary"]) <= 75 and ". " not in one["summary"], (method, path)
        for parameter in one.get("parameters", ()):
            assert parameter.get("description"), (method, path, parameter["name"])


def test_every_field_has_a_meaning_and_every_word_too() -> None:
    for name, shape in whole_schema()["components"]["schemas"].items():
        assert shape.get("description") or shape["type"] == "null", name
        for field, kind in shape.get("properties", {}).items():
            assert kind.get("description"), f"{name}.{field}"
        for word in shape.get("enum", ()):
            assert word in (None, "") or f"* `{word}` - " in shape["description"], (name, word)


def test_operations_are_named_by_what_they_do() -> None:
    names = [one["operationId"] for _, _, one in operations()]
    assert len(names) == len(set(names))
    for name, (path, method, _) in zip(names, operations(), strict=True):
        assert method != "get" or name.startswith(("list_", "read_", "download_")), (path, name)
        assert not name.startswith("get_")


def test_every_area_says_what_it_is_about() -> None:
    about = {one["name"]: one["description"] for one in whole_schema()["tags"]}
    assert {tag for _, _, one in operations() for tag in one["tags"]} == set(about)
    assert [name for name, _, said in reference(whole_schema()).areas if said] == list(about)


def test_what_is_sent_has_no_other_fields() -> None:
    for path, method, one in operations():
        for media, sent in one.get("requestBody", {}).get("content", {}).items():
            shape = whole_schema()["components"]["schemas"][sent["schema"]["$ref"].rpartition("/")[2]]
            assert media == "multipart/form-data" or shape["additionalProperties"] is False, (method, path)


def test_every_body_in_json_has_an_example_with_fields_that_there_are() -> None:
    for path, method, one in operations():
        sent = one.get("requestBody", {}).get("content", {}).get("application/json")
        if sent is not None:
            shape = whole_schema()["components"]["schemas"][sent["schema"]["$ref"].rpartition("/")[2]]
            (example,) = sent["examples"].values()
            assert set(shape.get("required", ())) <= set(example["value"]) <= set(shape["properties"]), (method, path)


def test_everybody_may_read_it_as_json_or_yaml(db: None) -> None:
    given = Client().get("/api/schema/")
    assert given["Content-Type"].startswith("application/json")
    schema = given.json()
    for address, accept in (("/api/schema/?format=yaml", "*/*"), ("/api/schema/", "application/yaml")):
        answer = Client().get(address, headers={"Accept": accept})
        assert answer["Content-Type"].startswith("application/yaml")
        assert yaml.safe_load(answer.content) == schema
    assert Client().get("/api/schema/", headers={"If-None-Match": given["ETag"]}).status_code == 304


def test_the_page_has_every_operation_and_every_link_leads_somewhere(db: None) -> None:
    answer = Client().get("/api/docs/")
    page = answer.content.decode()
    for path, _, one in operations():
        assert path in page
        assert f'id="{one["operationId"]}"' in page
    read = reference(whole_schema())
    kinds = [value.kind for area in read.areas for one in area[1] for value in one.parameters]
    kinds += [said.kind for area in read.areas for one in area[1] for said in (*one.answers, *one.body) if said.kind]
    kinds += [value.kind for shape in read.shapes for value in shape.properties]
    for kind in kinds:
        assert not kind.target or f'id="shape-{kind.target}"' in page
    assert "style=" not in page and "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert "`" not in page.replace("&#x60;", "`").split("<main")[1].split("curl")[0]


def test_shapes_are_said_in_words() -> None:
    schema = {
        "paths": {},
        "components": {
            "schemas": {
                "All": {
                    "type": "object",
                    "required": ["one"],
                    "properties": {
                        "one": {"type": ["string", "null"], "format": "date-time"},
                        "two": {"type": "array", "items": {"$ref": "#/components/schemas/All"}},
                        "three": {"oneOf": [{"$ref": "#/components/schemas/All"}, {"type": "null"}]},
                        "four": {"type": "integer", "minimum": 1, "maximum": 200},
                        "five": {"enum": ["a", None]},
                        "six": {"type": "object", "additionalProperties": {"type": "array", "items": {}}},
                        "seven": {"oneOf": [{"type": "string"}, {"type": "number"}]},
                        "eight": {"const": 3},
                    },
                }
            }
        },
    }
    (shape,) = reference(json.loads(json.dumps(schema))).shapes
    said = {
        one.name: " ".join(filter(None, (one.kind.words, one.kind.target))) + one.kind.after for one in shape.properties
    }
    assert said == {
        "one": "time or null",
        "two": "list of All",
        "three": "All or null",
        "four": "integer from 1 to 200",
        "five": "one of a, null",
        "six": "object of list of anything",
        "seven": "string or number",
        "eight": "always 3",
    }
    assert [one.name for one in shape.properties if one.required] == ["one"]


def test_a_view_that_forgets_a_scope_stops_the_start() -> None:
    class Forgetful(ScopedView):
        def get(self, request: Any) -> Any: ...

    with pytest.raises(Exception, match="names no scope for GET"):
        Forgetful.as_view()
