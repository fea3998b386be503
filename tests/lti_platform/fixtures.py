"""The fake platform as a fixture: `from tests.lti_platform.fixtures import *` in a conftest or a test file."""

from collections.abc import Iterator

import pytest

from tests.lti_platform.keys import key
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Tool

__all__ = ["canvas", "lms"]

OURS = "http://testserver"


def _platform(kind: str) -> FakePlatform:
    tool = Tool.at(OURS)
    if kind == "canvas":
        return FakePlatform("canvas", client_id="10000000000042", deployment_id="7:a1b2", tool=tool, storage=True)
    return FakePlatform(tool=tool)


@pytest.fixture
def lms() -> Iterator[FakePlatform]:
    """Run a platform with Moodle's ways, in which the tool of Django's test client is installed.

    Its keys are not asked for at an address that nothing serves: `tool_keys` is what verifies the tool's signatures.
    """
    platform = _platform("moodle")
    platform.tool_keys = [key("tool-1").jwk]
    with platform.started():
        yield platform


@pytest.fixture
def canvas() -> Iterator[FakePlatform]:
    """Run a platform with Canvas's ways: another issuer than its address, postMessage storage, a rate limit."""
    platform = _platform("canvas")
    platform.tool_keys = [key("tool-1").jwk]
    with platform.started():
        yield platform
