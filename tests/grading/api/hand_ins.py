"""Handing in by a program, as tests do it."""

import itertools
from typing import Any

from django.test import Client

from engine.link import write_link
from tests.grading.api.program import task_path
from tests.world import QUICK_SPEC, World, picture

_keys = itertools.count()


def address(world: World, below: str = "submissions/") -> str:
    return f"/api/v1/{task_path(world.task)}{below}"


def send_form(program: Client, world: World, *, key: str | None = None, **fields: Any) -> Any:
    """Hand in as a form with files; a field that is None is left out."""
    values = {"link": write_link(QUICK_SPEC), "claimed_epochs": "101", "screenshots": [picture()]} | fields
    data = {name: value for name, value in values.items() if value is not None}
    return program.post(address(world), data, headers={"Idempotency-Key": key or f"form {next(_keys)}"})


def send_json(program: Client, world: World, *, key: str | None = None, **fields: Any) -> Any:
    """Hand in as JSON, with the draft's pictures."""
    values = {"link": write_link(QUICK_SPEC), "claimed_epochs": 101, "from_draft": True} | fields
    data = {name: value for name, value in values.items() if value is not None}
    headers = {"Idempotency-Key": key or f"json {next(_keys)}"}
    return program.post(address(world), data, content_type="application/json", headers=headers)
