"""Reads all hand-ins of a task with what is known of their pictures, in a constant number of queries."""

from collections import defaultdict

from coursework.models import Role, Screenshot, Submission, Task
from grading.grades.names import hidden_names
from grading.integrity.model import Difference, HandIn, Picture, Verified
from grading.models import CheckOutcome, CheckResult, Status, Verification
from grading.read_values import ReadValues, read_values

POINTS = "points"
OTHER_RUN = ("address", POINTS)  # the checks that tell whether a picture is of the link handed in


def hand_ins_of(task: Task) -> list[HandIn]:
    """Return what students handed in for a task, oldest first; seven queries at most, however many there are."""
    pictures, verified, hidden = _pictures(task), _verified(task), hidden_names(task)
    submissions = (
        Submission.objects.filter(task=task, enrollment__role=Role.STUDENT)
        .select_related("enrollment__user")
        .defer("link", "content_hash", "idempotency_key", "enrollment__user__password")
        .order_by("received_at", "pk")
    )
    return [
        HandIn(row, tuple(pictures.get(row.pk, ())), verified.get(row.pk), hidden(row.enrollment_id))
        for row in submissions
    ]


def _pictures(task: Task) -> dict[int, list[Picture]]:
    """Return the pictures by submission, in their order."""
    shots = Screenshot.objects.filter(submission__task=task)
    read, found_by_checks = read_values(shots.values("picture")), _found_by_checks(task)
    pictures: dict[int, list[Picture]] = defaultdict(list)
    columns = ("pk", "submission_id", "picture", "position", "width", "height", "upload_hash")
    rows = shots.order_by("submission", "position").values_list(*columns)
    for pk, submission, name, position, width, height, upload_hash in rows:
        values, (agree, differences) = read.get(name, ReadValues()), found_by_checks.get(pk, (None, ()))
        pictures[submission].append(Picture(position, width, height, upload_hash, values, agree, differences))
    return pictures


def _found_by_checks(task: Task) -> dict[int, tuple[bool | None, tuple[Difference, ...]]]:
    """Return by screenshot whether its points are the link's, and what was found to be of another run."""
    points: dict[int, bool] = {}
    differences: dict[int, list[Difference]] = defaultdict(list)
    rows = CheckResult.objects.filter(
        assessment__submission__task=task,
        check_name__in=OTHER_RUN,
        outcome__in=(CheckOutcome.AGREES, CheckOutcome.DIFFERS),
    )
    columns = ("screenshot_id", "check_name", "outcome", "sentence", "innocent")
    for screenshot, name, outcome, sentence, innocent in rows.order_by("check_name", "pk").values_list(*columns):
        differs = outcome == CheckOutcome.DIFFERS
        if name == POINTS:
            points[screenshot] = not differs
        if differs:
            differences[screenshot].append(Difference(name, sentence, tuple(map(str, innocent))))
    return {
        screenshot: (points.get(screenshot), tuple(differences.get(screenshot, ())))
        for screenshot in points.keys() | differences.keys()
    }


def _verified(task: Task) -> dict[int, Verified]:
    """Return by submission what its newest completed verification says: that one speaks for it."""
    columns = ("submission_id", "outcome", "retrained_epochs", "band_low", "band_high", "chance_match")
    rows = Verification.objects.filter(submission__task=task, status=Status.COMPLETED).order_by("queued_at", "pk")
    found: dict[int, Verified] = {}
    for submission, outcome, reached, low, high, chance in rows.values_list(*columns):
        band = None if low is None else (low, high)
        found[submission] = Verified(str(outcome), reached, band, chance)
    return found
