"""What launches stand on in tests: one tool key, a platform, and a course of it that is connected with one here."""

import pytest
from django.core.cache import cache

import coursework.urls  # noqa: F401  modules of pages take `fetch` when they are loaded: before it is stood in for
from grading.lti import key_sets
from grading.models import LmsCourse, Platform
from grading.outbound import fetching
from tests.grading.lti.keys import rsa_key
from tests.grading.lti.launches import make_lms_course, make_platform
from tests.grading.lti.platform_side import KeysAddress
from tests.world import World, make_world


@pytest.fixture(autouse=True)
def _one_tool_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make our own key once for all tests; that takes long."""
    monkeypatch.setattr(key_sets, "generate_key", lambda: rsa_key("tool"))


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def platform() -> Platform:
    return make_platform()


@pytest.fixture
def lms_course(world: World, platform: Platform) -> LmsCourse:
    return make_lms_course(platform, world.course)


@pytest.fixture
def keys_address(monkeypatch: pytest.MonkeyPatch, db: None) -> KeysAddress:
    """Answer for the platform's keys."""
    cache.clear()
    address = KeysAddress()
    monkeypatch.setattr(fetching, "fetch", address)
    return address
