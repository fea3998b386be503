"""The record of who did what only grows."""

import pytest

from coursework.models import Event
from coursework.models.submissions import ImmutableRowError
from coursework.services.events import record
from tests.world import make_course, make_user

pytestmark = pytest.mark.django_db


def test_an_act_is_kept_as_it_was() -> None:
    course, actor = make_course(), make_user("instructor")
    event = record(action="name.revealed", actor=actor, course=course, subject="enrollment 7", enrollment=7)
    stored = Event.objects.get()
    assert (stored.action, stored.subject, stored.details, stored.actor) == (
        "name.revealed",
        "enrollment 7",
        {"enrollment": 7},
        actor,
    )
    event.subject = "enrollment 8"
    with pytest.raises(ImmutableRowError):
        event.save()
