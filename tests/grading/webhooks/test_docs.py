"""What the documentation tells receivers to do works, and tells ours from others'."""

import re
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from grading.models import WebhookEvent
from grading.webhooks.signing import new_secret, signed_headers

TEXT = (Path(settings.BASE_DIR) / "docs" / "webhooks.md").read_text()


def test_the_example_knows_our_messages() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # it is our own documentation
    is_genuine, body, now = names["is_genuine"], b'{"id": 1}', int(time.time())
    old, new = new_secret(), new_secret()
    headers = signed_headers([new, old], message_id="abc", timestamp=now, body=body)
    assert is_genuine(new, headers, body) and is_genuine(old, headers, body)
    assert not is_genuine(new_secret(), headers, body)
    assert not is_genuine(new, headers, body + b" ")
    assert not is_genuine(new, headers | {"Webhook-Id": "abd"}, body)
    late = signed_headers([new], message_id="abc", timestamp=now - 301, body=body)
    assert not is_genuine(new, late, body)


def test_every_event_is_described() -> None:
    assert set(re.findall(r"^\| `([a-z]+\.[a-z]+)` \|", TEXT, re.MULTILINE)) == set(WebhookEvent.values)
