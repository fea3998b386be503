from io import StringIO

import pytest
from django.core.management import call_command
from PIL import Image

from coursework.models import Course, Enrollment, Role, Screenshot, Submission, Task, User
from coursework.services.demo import HAND_INS, PASSWORD, PICTURES, DemoHandIn, make_demo, sign_ins
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


def test_one_claim_is_true_after_three_resets() -> None:
    hand_in = next(hand_in for hand_in in HAND_INS if hand_in.picture == "circle-after-resets")
    spec = read_link(hand_in.settings).spec
    own, after = train([Start(spec), Start(spec, resets=3)], stop="both", max_epochs=400)
    assert (own.reached.both, after.reached.both) == (386, hand_in.claimed_epochs)


def test_the_pictures_are_small_and_all_are_used() -> None:
    files = list(PICTURES.glob("*.webp"))
    assert {file.stem for file in files} == {hand_in.picture for hand_in in HAND_INS}
    assert max(file.stat().st_size for file in files) <= 90_000
    assert sum(file.stat().st_size for file in files) <= 800_000
    for file in files:
        with Image.open(file) as picture:
            assert picture.width >= 900 and picture.height >= 600


def test_it_is_said_whose_the_pictures_are() -> None:
    notice = (PICTURES / "README.md").read_text()
    assert "Apache License, Version 2.0" in notice and "github.com/tensorflow/playground" in notice


def test_two_students_hand_in_one_picture_and_one_link() -> None:
    make_demo()
    shared = Screenshot.objects.filter(upload_hash__in=_hashes_of_more_than_one())
    assert {one.submission.enrollment.user.display_name for one in shared} == {"Blake Birch", "Lee Larch"}
    assert len({str(one.submission.settings) for one in shared}) == 1


def _hashes_of_more_than_one() -> list[str]:
    hashes = list(Screenshot.objects.values_list("upload_hash", flat=True))
    return [one for one in set(hashes) if hashes.count(one) > 1]
