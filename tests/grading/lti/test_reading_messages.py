"""Launches as they are read: whatever a platform sends in a claim, it is bounded or left out, and nothing breaks."""

import pytest

from grading.lti import claims as names
from grading.models import Platform
from tests.grading.lti.launches import ITEM_URL, message


@pytest.mark.parametrize("odd", ["https://lms.example.edu/" + "\N{SNOWMAN}" * 400, "https://a.edu/" + "x" * 1000])
def test_a_services_address_has_a_length_that_an_index_takes(odd: str) -> None:
    """PostgreSQL's takes 2,700 bytes; 1,000 characters may be 4,000."""
    sent = message(Platform(), item=odd, claims={names.NRPS: {"context_memberships_url": odd}})
    assert (sent.ags and sent.ags.lineitem, sent.nrps) == ("", None)
    assert message(Platform(), item=ITEM_URL).ags is not None
