"""What launches stand on in tests: one tool key, and a platform whose keys are at hand."""

import pytest
from django.core.cache import cache

from grading.lti import key_sets
from grading.outbound import fetching
from tests.grading.lti.keys import rsa_key
from tests.grading.lti.platform_side import KeysAddress


@pytest.fixture(autouse=True)
def _one_tool_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make our own key once for all tests; that takes long."""
    monkeypatch.setattr(key_sets, "generate_key", lambda: rsa_key("tool"))


@pytest.fixture
def keys_address(monkeypatch: pytest.MonkeyPatch, db: None) -> KeysAddress:
    """Answer for the platform's keys."""
    cache.clear()
    address = KeysAddress()
    monkeypatch.setattr(fetching, "fetch", address)
    return address
