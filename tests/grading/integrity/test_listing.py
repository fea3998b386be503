from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coursework.models import Enrollment
from coursework.services.courses import enroll
from grading.checks.registry import CHECKS
from grading.integrity.listing import Listed, Listing, Show, Wanted, in_order, listing_of, wanted_from
from grading.integrity.model import Group, Kind, Member
from grading.integrity.rows import OTHER_RUN
from grading.models import Assessment, CheckOutcome, CheckResult, EvidenceMark, Outcome
from grading.services.evidence.marks import mark_seen, write_note
from tests.grading.integrity.people import LOOK, NEAR_LOOK, OTHER_LOOK, SPEC, made, read, settle
from tests.world import World, hand_in, make_user, make_world

ALL = Wanted(Show.ALL)


def listed(*, telling: float = 0.5, students: int = 2, later: int = 0, seen: bool = False) -> Listed:
    members = tuple(Member(made(number + later)) for number in range(1, students + 1))
    group = Group(Kind.LINK, ("link:1",), members, "", (), (), telling)
    row = Listed(group, (), "")
    row.__dict__["seen"] = EvidenceMark() if seen else None
    return row


def test_unseen_ones_come_first_then_the_most_telling_the_largest_the_newest() -> None:
    wanted = [
        listed(telling=0.9),
        listed(students=5),
        listed(later=30),
        listed(later=0),
        listed(telling=1.0, seen=True),
        listed(telling=0.1, seen=True),
    ]
    assert list(in_order(wanted[::-1])) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, Wanted()),
        ({"show": "all"}, Wanted(Show.ALL)),
        ({"show": "seen", "kind": "link"}, Wanted(Show.SEEN, Kind.LINK)),
        ({"show": "ALL", "kind": "nothing"}, Wanted()),
        ({"show": "\0", "kind": ""}, Wanted()),
    ],
)
def test_an_address_is_read_and_written(query: dict[str, str], wanted: Wanted) -> None:
    assert wanted_from(query) == wanted
    assert wanted.query == f"show={wanted.show.value}" + (f"&kind={wanted.kind.value}" if wanted.kind else "")


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def groups(world: World, wanted: Wanted = ALL) -> list[tuple[str, int]]:
    return [(str(row.group.kind), row.group.students) for row in listing_of(world.task, wanted).rows]


def differ(submission: Any, name: str) -> None:
    assessment, _ = Assessment.objects.get_or_create(
        submission=submission, defaults={"queued_at": submission.received_at}
    )
    CheckResult.objects.create(
        assessment=assessment,
        screenshot=submission.screenshots.first(),
        check_name=name,
        outcome=CheckOutcome.DIFFERS,
        sentence="The points are those of another seed.",
        innocent=["It was another run."],
    )


def test_each_kind_is_found(world: World) -> None:
    own = hand_in(world.task, world.owner, spec=SPEC, claimed_epochs=90)
    other = hand_in(world.task, world.classmate, spec=SPEC)
    settle(own, Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=141, band_low=140, band_high=142, chance_match=0.1)
    differ(other, "points")
    differ(other, "losses")  # no check that tells another run
    assert groups(world) == [("pictures", 2), ("run", 1), ("claim", 1), ("link", 2)]


def test_readings_join_pictures_that_their_files_do_not(world: World) -> None:
    from_each = [hand_in(world.task, who, spec=SPEC) for who in (world.owner, world.classmate)]
    for submission, name, look in zip(from_each, ("a", "b"), (LOOK, NEAR_LOOK), strict=True):
        submission.screenshots.update(upload_hash=name * 64)
        read(submission, look, epoch=141)
    (group,) = (row.group for row in listing_of(world.task, Wanted(Show.ALL, Kind.PICTURES)).rows)
    assert [member.shown for member in group.members] == [(141,), (141,)]
    read(from_each[1], OTHER_LOOK, epoch=141)
    assert ("pictures", 2) not in groups(world)


def test_an_epoch_that_the_reader_is_not_sure_of_is_not_shown(world: World) -> None:
    for who, confidence in ((world.owner, 0.99), (world.classmate, 0.5)):
        read(hand_in(world.task, who, spec=SPEC), LOOK, epoch=141, confidence=confidence)
    (row,) = listing_of(world.task, Wanted(Show.ALL, Kind.PICTURES)).rows
    assert [member.shown for member in row.group.members] == [(141,), ()]


def test_staff_and_other_tasks_have_no_part_in_it(world: World) -> None:
    hand_in(world.task, world.owner)
    hand_in(world.task, world.instructor)
    other = world.elsewhere.course.assignments.get().tasks.get()
    hand_in(other, world.elsewhere)
    assert groups(world) == []


def test_who_has_left_is_still_there(world: World) -> None:
    for who in (world.owner, world.classmate):
        hand_in(world.task, who)
    Enrollment.objects.filter(pk=world.owner.pk).update(active=False)
    assert ("pictures", 2) in groups(world)


def test_only_the_verification_that_speaks_counts(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    earlier = settle(submission, Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=141)
    earlier.pk = None
    earlier.status, earlier.outcome, earlier.queued_at = "completed", Outcome.VERIFIED, earlier.queued_at + timedelta(1)
    earlier.save()
    assert groups(world) == []


def test_seen_ones_leave_until_the_group_grows(world: World) -> None:
    third = enroll(course=world.course, user=make_user("third"))
    for who in (world.owner, world.classmate):
        hand_in(world.task, who, spec=SPEC)
    (row,) = listing_of(world.task, Wanted(kind=Kind.LINK)).rows
    mark_seen(task=world.task, subject=row.subject, members=row.group.keys, actor=world.ta.user, seen=True)
    assert groups(world, Wanted(kind=Kind.LINK)) == []
    assert groups(world, Wanted(Show.SEEN, Kind.LINK)) == [("link", 2)]
    hand_in(world.task, third, spec=SPEC)
    (row,) = listing_of(world.task, Wanted(kind=Kind.LINK)).rows
    assert row.seen is None and row.seen_before is not None and row.seen_before.seen_by == world.ta.user


def test_a_mark_stays_with_its_group_when_an_earlier_picture_joins(world: World) -> None:
    """Readings come in any order, so the first picture of a group may become known last."""
    third = enroll(course=world.course, user=make_user("third"))
    first, *rest = (hand_in(world.task, who, spec=SPEC) for who in (world.owner, world.classmate, third))
    first.screenshots.update(upload_hash="a" * 64)
    pictures = Wanted(Show.ALL, Kind.PICTURES)
    (row,) = listing_of(world.task, pictures).rows
    write_note(task=world.task, subject=row.subject, note="A pair.", actor=world.ta.user)
    first.screenshots.update(upload_hash=rest[0].screenshots.get().upload_hash)
    (grown,) = listing_of(world.task, pictures).rows
    assert grown.group.students == 3
    assert (grown.subject, [mark.note for mark in grown.notes]) == (row.subject, ["A pair."])


def test_two_groups_that_become_one_keep_both_notes(world: World) -> None:
    people = [world.owner, world.classmate, *(enroll(course=world.course, user=make_user(name)) for name in "ab")]
    submissions = [hand_in(world.task, who, spec=SPEC) for who in people]
    for submission, name in zip(submissions, "aabb", strict=True):
        submission.screenshots.update(upload_hash=name * 64)
    pictures = Wanted(Show.ALL, Kind.PICTURES)
    for row in listing_of(world.task, pictures).rows:
        write_note(task=world.task, subject=row.subject, note=row.subject, actor=world.ta.user)
        mark_seen(task=world.task, subject=row.subject, members=row.group.keys, actor=world.ta.user, seen=True)
    submissions[2].screenshots.update(upload_hash="a" * 64)
    for submission in submissions[2:]:
        read(submission, LOOK)
    (row,) = listing_of(world.task, pictures).rows
    assert len(row.notes) == 2 and row.seen is None


def test_counts_are_by_what_is_shown(world: World) -> None:
    for who in (world.owner, world.classmate):
        hand_in(world.task, who, spec=SPEC)
    listing = listing_of(world.task, Wanted(Show.UNSEEN, Kind.LINK))
    assert listing.show_counts == [(Show.UNSEEN, 1), (Show.SEEN, 0), (Show.ALL, 1)]
    assert listing.kind_counts == [(None, 2), (Kind.PICTURES, 1), (Kind.LINK, 1), (Kind.CLAIM, 0), (Kind.RUN, 0)]


def test_a_group_is_found_by_any_of_its_names(world: World) -> None:
    numbers = [hand_in(world.task, who, spec=SPEC).receipt_number for who in (world.owner, world.classmate)]
    listing: Listing = listing_of(world.task, ALL)
    assert {listing.find(f"pictures:{number}-1") for number in numbers} == {
        row for row in listing.rows if row.group.kind == Kind.PICTURES
    }
    assert listing.find("pictures:2222-2222-1") is None


def test_course_seeds_are_known_to_students_only_where_they_are_shown(world: World) -> None:
    seed = world.task.course_seeds.values_list("seed", flat=True)[0]
    for who in (world.owner, world.classmate):
        hand_in(world.task, who, spec=SPEC.with_seed(seed))

    def told() -> str:
        (row,) = listing_of(world.task, Wanted(Show.ALL, Kind.LINK)).rows
        return " ".join(row.group.sentences)

    assert "course seeds" not in told()
    world.task.seeds_shown = True
    assert "course seeds" in told()


def test_the_queries_stay_the_same_as_the_class_grows(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for row in listing_of(world.task, ALL).rows:
                assert row.group.heading and row.group.members[0].hand_in.name
        return len(captured)

    few = queries()
    for number in range(6):
        student = enroll(course=world.course, user=make_user(f"s{number}"))
        submission = hand_in(world.task, student, spec=SPEC)
        read(submission, LOOK, epoch=141)
        differ(submission, "address")
        settle(submission, Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=141)
        mark_seen(task=world.task, subject=f"claim:{student.pk}", members=(), actor=world.ta.user, seen=True)
    assert queries() == few == 7


def test_the_checks_that_tell_another_run_are_there() -> None:
    assert {check.name for check in CHECKS} >= set(OTHER_RUN)
