"""What the tests of the schema share: requests for each person, and answers held against the schema."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import hypothesis
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from django.urls import resolve
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from grading.api.schema import whole_schema
from tests.grading.api.matrix import Row, send, token, user_of
from tests.world import World

# As many requests with made-up values for each method of each address; `make api-fuzz` asks for many more.
EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
ROLES = {"student": "owner", "ta": "ta", "instructor": "instructor", "stranger": "elsewhere", "anonymous": ""}
HOST = "http://testserver"
_CHECKS: list[Any] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_LINK = re.compile(rf'"({HOST}/api/v1/[^"\\]+)"')


def load_schema(**real: str) -> Any:
    """The schema as a program reads it; only these real values are made up in addresses, and no cursors."""
    raw = json.loads(json.dumps(whole_schema(), default=str))
    for path in raw["paths"].values():
        for operation in path.values():
            parameters = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if one["name"] != "cursor"]
            for one in operation["parameters"]:
                if one["in"] == "path" and one["name"] in real:
                    one["schema"] = {"type": "string", "enum": [real[one["name"]]]}
    return schemathesis.openapi.from_dict(raw)


def few_examples(**more: Any) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=EXAMPLES,
        **more,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )


class Violations(list[str]):
    """What was found, one for each thing that was tried, so that a run tells of all of them."""

    @contextmanager
    def noted(self, what: str) -> Iterator[None]:
        try:
            yield
        except (AssertionError, BaseExceptionGroup) as found:
            self.append(f"{what}: {found}")


class Caller:
    """Asks for everybody by tokens with all scopes. What an answer changed is taken back at once."""

    def __init__(self, world: World, schema: Any) -> None:
        self.schema = schema
        self.asked = 0
        self.statuses: dict[int, int] = {}
        self.headers = {
            role: {"Authorization": f"Bearer {token(user_of(world, who))}"} if who else {}
            for role, who in ROLES.items()
        }

    def send(self, role: str, prepared: requests.PreparedRequest, *, keep: bool = False) -> Response:
        """Send a request as this person; an exception of ours comes through. With `keep` what it changed stays."""
        url = str(prepared.url).removeprefix(HOST)
        sent = {name: value for name, value in _texts(prepared) if name.lower() not in ("content-type", "cookie")}
        headers = {"Accept": "*/*"} | sent | self.headers[role]
        body = prepared.body or b""
        kind = dict(_texts(prepared)).get("Content-Type", "application/octet-stream")
        path, _, query = url.partition("?")
        with transaction.atomic():
            answer = Client().generic(
                str(prepared.method), path, body, content_type=kind, headers=headers, QUERY_STRING=query
            )
            found = self._read(answer, prepared)
            transaction.set_rollback(not keep)
        return found

    def send_row(self, role: str, row: Row, url: str, world: World) -> Response:
        """Send a row's own request as this person."""
        program = Client(headers=self.headers[role] | {"Accept": "*/*"})
        with transaction.atomic():
            answer = send(program, row, url, world)
            found = self._read(answer, requests.Request(row.method, f"{HOST}{url}{row.query}").prepare())
            transaction.set_rollback(True)
        return found

    def _read(self, answer: Any, prepared: requests.PreparedRequest) -> Response:
        content = answer.getvalue() if answer.streaming else answer.content
        self.asked += 1
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        return Response(
            status_code=answer.status_code,
            headers={name.lower(): [value] for name, value in answer.headers.items()},
            content=content,
            request=prepared,
            elapsed=0.0,
            verify=True,
        )

    def case(self, method: str, path: str) -> Any:
        """Return the schema's place for a request that is made already."""
        operation = self.schema.find_operation_by_path(method, path)
        assert operation is not None, f"{method} {path} is not in the schema"
        kwargs = {name: str(value) for name, value in resolve(path).kwargs.items()}
        return operation.Case(path_parameters=kwargs)

    def hold(self, role: str, case: Any) -> Response:
        """Send a made-up request as this person, and hold the answer against the schema."""
        answer = self.send_case(role, case)
        self.check(role, case, answer)
        return answer

    def send_case(self, role: str, case: Any, *, keep: bool = False) -> Response:
        """Send a made-up request."""
        made = case.as_transport_kwargs(base_url=HOST)
        for one in ("timeout", "verify", "allow_redirects"):
            made.pop(one, None)
        return self.send(role, requests.Request(**made).prepare(), keep=keep)

    def check(self, role: str, case: Any, answer: Response) -> None:
        assert answer.status_code < 500, (role, case.operation.label, answer.content[:500])
        case.validate_response(answer, checks=_CHECKS)

    def follow(self, role: str, answers: Iterable[Response], *, depth: int = 2) -> int:
        """Read every address that stands in the answers, and those that stand in theirs; returns how many."""
        seen: set[str] = set()
        waiting = [(url, depth) for answer in answers for url in addresses_in(answer)]
        while waiting:
            url, left = waiting.pop()
            if url in seen:
                continue
            seen.add(url)
            answer = self.send(role, requests.Request("GET", url).prepare())
            assert answer.status_code < 400, (role, url, answer.content[:300])
            self.check(role, self.case("GET", url.removeprefix(HOST).partition("?")[0]), answer)
            if left > 1:
                waiting += [(one, left - 1) for one in addresses_in(answer)]
        return len(seen)


def _texts(prepared: requests.PreparedRequest) -> Iterator[tuple[str, str]]:
    """The headers of a request as text."""
    for name, value in prepared.headers.items():
        yield name, value.decode("latin-1") if isinstance(value, bytes) else value


def addresses_in(answer: Response) -> Iterator[str]:
    """The API's addresses in an answer's body and headers."""
    if answer.headers.get("content-type", [""])[0].startswith("application/json"):
        for found in _LINK.findall(answer.content.decode()):
            yield json.loads(f'"{found}"')
    for value in answer.headers.get("location", []):
        yield value if value.startswith("http") else f"{HOST}{value}"


def machine_for(role: str, caller: Caller, bodies: Mapping[str, tuple[str, Any]]) -> Any:
    """One person who goes from answer to answer, by the links between addresses that can be inferred from the schema.

    Lists are asked for without filters, and writes send real `bodies` with their kinds, by method and address: too
    little would come of what is made up.
    """

    class Machine(caller.schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        def before_call(self, case: Any) -> None:
            case.query = {}
            if case.operation.label in bodies:
                case.media_type, case.body = bodies[case.operation.label]
            if "If-Match" in (case.headers or {}):
                case.headers["If-Match"] = "*"

        def call(self, case: Any, **_arguments: Any) -> Response:
            return caller.send_case(role, case, keep=True)

        def validate_response(self, response: Response, case: Any, **_arguments: Any) -> None:
            caller.check(role, case, response)

    return Machine
