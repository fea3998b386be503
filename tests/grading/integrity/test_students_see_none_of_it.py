"""Integrity material stays with staff: every address is opened as a student of a world that is full of it."""

import pytest
from django.urls import NoReverseMatch, reverse

from grading.models import Outcome
from grading.services.evidence.marks import mark_seen, write_note
from tests.furnished import arguments
from tests.grading.integrity.people import LOOK, SPEC, read, settle
from tests.test_permissions import MATRIX
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db

NOTE = "Zanzibar, ask both of them."
# Words of the page and of its material, and addresses that lead there.
TRACES = (
    "Zanzibar",
    "ntegrity",
    "handed in the same picture",
    "look the same",
    "handed in this exact link",
    "innocently mean",
    "evidence.seen",
)


@pytest.fixture
def world() -> World:
    """Two students with one link and one picture each, claims that are not reproduced, and notes about all of it."""
    world = make_world()
    world.course.join_code = "K7Q4-9XRB"
    world.course.save()
    for who in (world.owner, world.classmate):
        submission = hand_in(world.task, who, spec=SPEC, claimed_epochs=90)
        settle(submission, Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=141, band_low=140, band_high=142)
        read(submission, LOOK, epoch=141)
    world.receipt_number = submission_of(world)  # type: ignore[attr-defined]
    page = world.client("ta").get(reverse("integrity", kwargs=world.task.url_arguments())).content.decode()
    for trace in ("handed in the same picture", "handed in this exact link", "claims epoch 90"):
        assert trace in page
    for subject in subjects(page):
        write_note(task=world.task, subject=subject, note=NOTE, actor=world.ta.user)
        mark_seen(task=world.task, subject=subject, members=("x",), actor=world.ta.user, seen=True)
    return world


def submission_of(world: World) -> str:
    return str(world.owner.submissions.get().receipt_number)


def subjects(page: str) -> list[str]:
    parts = page.split('name="subject" value="')[1:]
    return [part.split('"', 1)[0] for part in parts]


# What programs may ask is described to everybody, staff's downloads among it; it is about nobody's work.
DESCRIBED = {"api_docs", "api_schema"}


@pytest.mark.parametrize("name", sorted({name for name, method in MATRIX if method == "get"} - DESCRIBED))
def test_no_page_of_a_student_has_a_trace_of_it(name: str, world: World) -> None:
    student = world.client("owner")
    response = student.get(reverse(name, kwargs=arguments(name, world)), follow=True)
    content = b"".join(response) if response.streaming else response.content
    text = content.decode("utf-8", "replace")
    assert not [trace for trace in TRACES if trace in text]
    other = world.classmate.submissions.get()
    assert other.receipt_number not in text
    assert str(other.screenshots.get().picture) not in text


def test_the_staff_page_would_be_found_out_by_this(world: World) -> None:
    """The words looked for above are those of the page, so that a page that showed them would fail."""
    page = world.client("ta").get(reverse("integrity", kwargs=world.task.url_arguments())).content.decode()
    missing = [trace for trace in TRACES if trace not in page]
    assert set(missing) <= {"look the same", "evidence.seen"}


def test_the_addresses_themselves_are_not_there_for_students(world: World) -> None:
    for name in ("integrity", "integrity_download"):
        assert world.client("owner").get(reverse(name, kwargs=world.task.url_arguments())).status_code == 404
    assert world.client("owner").post(reverse("integrity_mark", kwargs=world.task.url_arguments())).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("integrity")
