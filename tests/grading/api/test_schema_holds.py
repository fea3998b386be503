"""What the schema promises, every answer keeps: of real requests and made-up ones, and of what they lead to."""

from typing import Any

import hypothesis
import pytest
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from tests.grading.api.schema_fuzz import ROLES, Caller, Violations, few_examples, load_schema, machine_for
from tests.grading.api.test_matrix import ROWS, world  # noqa: F401  # the fixture of the table
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(world: World) -> Caller:  # noqa: F811
    return Caller(world, load_schema(**world.task.url_arguments()))


def test_real_answers_are_as_the_schema_has_them_and_so_is_whatever_they_lead_to(
    world: World,  # noqa: F811
    caller: Caller,
) -> None:
    answers: dict[str, list[Any]] = {role: [] for role in ROLES}
    found = Violations()
    for row in ROWS:
        url = reverse(row.name, kwargs=row.arguments(world))
        for role in ROLES:
            with found.noted(f"{row.method} {row.name} as {role}"):
                answer = caller.send_row(role, row, url, world)
                caller.check(role, caller.case(row.method.upper(), url), answer)
                if row.method == "get":
                    answers[role].append(answer)
    followed = {}
    for role, read in answers.items():
        with found.noted(f"what {role} is led to"):
            followed[role] = caller.follow(role, read)
    assert found == []
    assert followed["anonymous"] == 0 and min(followed[who] for who in ("student", "ta", "instructor")) > 5


def test_made_up_requests_are_answered_as_the_schema_says(world: World, caller: Caller) -> None:  # noqa: F811
    found = Violations()
    for row in ROWS:
        real = row.arguments(world)
        operation = caller.schema.find_operation_by_path(row.method.upper(), reverse(row.name, kwargs=real))
        headers = dict(row.headers) or None
        valid = operation.as_strategy(path_parameters=real, headers=headers)
        # A wrong body is to reach the view, so that it is the body that is refused.
        reaching: dict[str, Any] = {"path_parameters": real, "headers": headers} if operation.body else {}
        wrong = operation.as_strategy(GenerationMode.NEGATIVE, **reaching)

        @few_examples()
        @hypothesis.given(case=valid)
        def as_the_schema_has_it(case: Any) -> None:
            for role in ROLES:
                caller.hold(role, case)

        @few_examples()
        @hypothesis.given(case=wrong, role=st.sampled_from(sorted(ROLES)))
        def as_it_does_not_have_it(case: Any, role: str) -> None:
            answer = caller.hold(role, case)
            assert not has_wrong_body(case) or answer.status_code >= 400, f"{case.body!r} was taken"

        with found.noted(f"{row.method} {row.name}"):
            as_the_schema_has_it()
        if operation.body or operation.query or operation.path_parameters:
            with found.noted(f"{row.method} {row.name}, made up wrongly"):
                as_it_does_not_have_it()
    assert found == []


def has_wrong_body(case: Any) -> bool:
    """Whether a body was made that the schema does not allow."""
    made = case.meta.components.get(ParameterLocation.BODY)
    return made is not None and bool(made.mode.is_negative)


def as_bytes(body: dict[str, Any]) -> dict[str, Any]:
    """A form with the files' bytes in place of the files."""
    return {
        name: [one.read() for one in value]
        if name == "screenshots"
        else value.read()
        if name == "screenshot"
        else value
        for name, value in body.items()
    }


def test_so_are_requests_made_of_earlier_answers(world: World, caller: Caller) -> None:  # noqa: F811
    found = Violations()
    world.task.practice_seeds, world.task.practice_per_day = ["0.7"], 3
    world.task.save()
    bodies = {}
    for row in ROWS:
        body = row.body(world)
        if body:
            url = reverse(row.name, kwargs=row.arguments(world))
            kind = "multipart/form-data" if row.multipart else "application/json"
            bodies[caller.case(row.method.upper(), url).operation.label] = kind, as_bytes(body)
    for role in ("student", "ta", "instructor"):
        machine = machine_for(role, caller, bodies)
        with found.noted(role):
            run_state_machine_as_test(machine, settings=few_examples(stateful_step_count=8))
    assert found == []
    assert caller.statuses[200] + caller.statuses[202] > sum(caller.statuses.values()) / 4
