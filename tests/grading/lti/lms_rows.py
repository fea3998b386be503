"""A course that is connected with the fake LMS: members, a column of its gradebook, and a courier's rounds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from coursework.models import Enrollment, Task
from grading.lti import access, claims, key_sets
from grading.models import LineItem, LmsAccount, LmsCourse, LmsMember, Score
from grading.services.lti.keys import public_jwks
from grading.services.lti.passback import due_scores, send_score
from tests.grading.lti.keys import rsa_key
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Item, LmsUser
from tests.lti_platform.registered import registered
from tests.world import World

SCOPES = [claims.SCOPE_LINE_ITEM, claims.SCOPE_SCORE, claims.SCOPE_RESULT_READ]


@dataclass
class Connected:
    """The LMS's course, and who is in it."""

    lms: FakePlatform
    world: World
    course: LmsCourse
    users: dict[int, LmsUser] = field(default_factory=dict)  # by enrollment

    def join(self, person: Enrollment, **fields: Any) -> LmsMember:
        user = self.lms.add_user(person.user.username, **fields)
        self.users[person.pk] = user
        account = LmsAccount.objects.create(platform=self.course.deployment.platform, subject=user.id, user=person.user)
        return LmsMember.objects.create(
            lms_course=self.course, account=account, enrollment=person, seen_at=timezone.now()
        )

    def column(self, task: Task | None, maximum: float = 10.0) -> tuple[LineItem, Item]:
        """Make a column in the LMS and its row: of a task, or of the assignment."""
        remote = self.lms.add_item(label="Playground", maximum=maximum)
        row = LineItem.objects.create(
            lms_course=self.course,
            url=self.lms.item_url(remote),
            assignment=self.world.task.assignment,
            task=task,
            label="Playground",
            checked_at=timezone.now(),
        )
        return row, remote

    def shown(self, person: Enrollment, remote: Item) -> float | None:
        return self.lms.score_of(self.users[person.pk], remote)


def connect(world: World, lms: FakePlatform, *people: Enrollment, **fields: Any) -> Connected:
    lms.tool_keys = public_jwks()["keys"]
    values = {"context_id": "2", "title": "ML-1", "course": world.course, "lineitems_url": lms.lineitems_url()}
    course = LmsCourse.objects.create(deployment=registered(lms), scopes=SCOPES, **(values | fields))
    found = Connected(lms, world, course)
    for person in people or (world.owner,):
        found.join(person)
    return found


def use_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign with a key that is made once for all tests, and begin without any token."""
    monkeypatch.setattr(key_sets, "generate_key", lambda: rsa_key("tool"))
    access.tokens.clear()


def send_all() -> int:
    """Send what is due now; returns how many."""
    due = due_scores(timezone.now(), 1000)
    for pk in due:
        send_score(pk)
    return len(due)


@contextmanager
def later(seconds: float = 0.0, *, of: datetime | None = None, **more: float) -> Iterator[None]:
    """Move all clocks, ours and the fake LMS's."""
    with time_machine.travel((of or timezone.now()) + timedelta(seconds=seconds, **more), tick=True):
        yield


def only_score() -> Score:
    return Score.objects.get()
