from io import StringIO

import pytest
from django.core.management import call_command

from coursework.models import Course, Enrollment, Role, Submission, Task, User
from coursework.services.demo import HAND_INS, PASSWORD, DemoHandIn, make_demo, sign_ins
from engine.link import read_link
from engine.training import Start, train
from grading.models import Verification

pytestmark = pytest.mark.django_db


def test_the_demo_has_people_tasks_and_waiting_submissions() -> None:
    assert make_demo() is True
    roles = list(Enrollment.objects.values_list("role", flat=True))
    assert (roles.count(Role.STUDENT), roles.count(Role.INSTRUCTOR), roles.count(Role.TEACHING_ASSISTANT)) == (12, 1, 1)
    assert [task.slug for task in Task.objects.all()] == ["circle", "spiral", "warm-up"]
    assert all(task.course_seeds.count() == 5 for task in Task.objects.all())
    assert all(len(task.practice_seeds) == 3 for task in Task.objects.all())
    assert Submission.objects.count() == Verification.objects.count() == len(HAND_INS)


def test_a_second_start_keeps_the_data() -> None:
    make_demo()
    before = list(Submission.objects.values_list("receipt_number", flat=True))
    assert make_demo() is False
    assert list(Submission.objects.values_list("receipt_number", flat=True)) == before
    assert Course.objects.count() == 1


def test_the_command_names_sign_ins_that_work() -> None:
    told = StringIO()
    call_command("make_demo", stdout=told)
    for _role, username, password in sign_ins():
        assert username in told.getvalue()
        assert User.objects.get(username=username).check_password(password)
    assert PASSWORD in told.getvalue()


def test_all_hand_ins_keep_to_their_tasks_rules() -> None:
    make_demo()
    for submission in Submission.objects.select_related("task"):
        assert submission.task.rules.problems(submission.spec) == ()


@pytest.mark.parametrize(
    "hand_in", [hand_in for hand_in in HAND_INS if hand_in.claimed_epochs < 150 and hand_in.student != 11], ids=str
)
def test_honest_claims_are_true(hand_in: DemoHandIn) -> None:
    spec = read_link(hand_in.settings).spec
    report = train([Start(spec)], stop="both", max_epochs=200)[0]
    assert report.reached.both == hand_in.claimed_epochs
