"""After a change of SECRET_KEY: whatever is sealed is sealed anew, once, and nothing newer is written over."""

from typing import Any

import pytest
from django.conf import settings as at_start

from grading.models import Webhook
from grading.models.lti import ToolKey
from grading.services import sealing_anew
from grading.services.lti.keys import signing_key
from grading.services.sealing import Use, seal
from grading.services.sealing_anew import SEALED, seal_anew
from grading.services.webhooks.secrets import opened, sealed
from tests.grading.webhooks.hooks import webhook
from tests.world import make_world

pytestmark = pytest.mark.django_db
EARLIER = at_start.SECRET_KEY


def test_keys_for_lti_are_opened_without_the_old_key(settings: Any) -> None:
    before = signing_key()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next secret", [EARLIER]
    assert (seal_anew(), seal_anew()) == (1, 0)
    settings.SECRET_KEY_FALLBACKS = []
    assert signing_key() == before
    assert ToolKey.objects.count() == 1


def test_what_was_stored_meanwhile_is_not_written_over(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = webhook(make_world())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next secret", [EARLIER]

    def somebody_is_faster(content: bytes, use: Use) -> str:
        Webhook.objects.filter(pk=hook.pk).update(secret=sealed("whsec_newer="))
        return seal(content, use)

    monkeypatch.setattr(sealing_anew, "seal", somebody_is_faster)
    assert seal_anew() == 0
    hook.refresh_from_db()
    assert opened(hook.secret) == "whsec_newer="


def test_whatever_can_be_sealed_is_looked_through() -> None:
    assert set(SEALED) == set(Use)
