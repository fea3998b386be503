"""The whole way by real requests: connect, choose in the LMS, click there, read its roster."""

import html
import re
from typing import Any

import pytest
import urllib3
from django.test import Client, override_settings
from django.urls import reverse

from coursework.models import Enrollment, Role
from grading.models import LineItem, LmsCourse
from grading.services.lti.keys import public_jwks
from tests.grading.lti.lms_rows import use_one_key
from tests.lti_platform import words
from tests.lti_platform.fixtures import OURS, canvas, lms  # noqa: F401
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Link, LmsUser
from tests.lti_platform.registered import registered
from tests.world import World, make_task

pytestmark = pytest.mark.django_db


def launched(browser: Client, school: FakePlatform, user: LmsUser, link: Link | None = None, **more: Any) -> str:
    """Go the way of a launch, as a browser does; returns where it leads."""
    parameters = school.login_parameters(user, link, **more)
    asked = browser.post(reverse("lti_login"), parameters, headers={"sec-fetch-dest": "document"})
    answer = browser.post(reverse("lti_launch"), school.answer_login(asked["Location"]))
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


@pytest.mark.parametrize("kind", ["lms", "canvas"])
def test_from_nothing_to_a_class(
    kind: str, world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    school: FakePlatform = request.getfixturevalue(kind)
    use_one_key(monkeypatch)
    registered(school)
    make_task(world.course, slug="spiral", title="Task B: Spiral", points="5.0")
    teacher, ines = world.client("instructor"), school.add_instructor()
    students = [school.add_user(f"Student{number}") for number in range(60)]  # more than one page of the roster
    with override_settings(PUBLIC_URL=OURS):
        # The teacher adds a link: which account, which course, which task
        page = launched(teacher, school, ines, message=words.DEEP_LINKING)
        page = teacher.post(page, {"answer": "mine"})["Location"]
        page = teacher.post(page, {"course": world.course.pk})["Location"]
        sent = teacher.post(page, {"links": f"{world.task.assignment.pk}.{world.task.pk}"}).content.decode()
        school.tool_keys = public_jwks()["keys"]
        found = re.search(r'action="(http[^"]+)".*name="JWT" value="([^"]+)"', sent)
        assert found is not None
        back = urllib3.PoolManager().request_encode_body(
            "POST", html.unescape(found[1]), fields={"JWT": found[2]}, encode_multipart=False
        )
        assert back.status == 200, back.data
        link = list(school.links.values())[-1]
        # A student clicks it
        browser = Client()
        assert launched(browser, school, students[0], link) == reverse("task", kwargs=world.task.url_arguments())
        assert browser.get(reverse("task", kwargs=world.task.url_arguments())).status_code == 200
        # So does a click on the column in the LMS's own gradebook
        page = launched(browser, school, students[0], link, message=words.SUBMISSION_REVIEW)
        assert page == reverse("task", kwargs=world.task.url_arguments())
    item = LineItem.objects.get()
    assert item.task == world.task and item.link is not None and item.link.title == link.title
    # The roster brings the rest
    lms_course = LmsCourse.objects.get()
    where = {"course": world.course.slug, "lms_course": lms_course.pk}
    preview = teacher.post(reverse("lms_roster_read", kwargs=where))["Location"]
    plan = teacher.get(preview).context["plan"]
    assert len(plan.new) == 59 and not plan.dropped
    teacher.post(preview, {"previewed": plan.fingerprint, "drop": "1"})
    assert Enrollment.objects.filter(lms_places__active=True, role=Role.STUDENT).count() == 60
    school.change_user(students[1], active=False)
    preview = teacher.post(reverse("lms_roster_read", kwargs=where))["Location"]
    plan = teacher.get(preview).context["plan"]
    assert [line.name for _, line in plan.dropped] == [students[1].name]
