"""How submissions stand in answers: to the student whose they are, and to staff under the name that staff may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from coursework.deadlines import Standing, Window
from coursework.models import Enrollment, Screenshot, Submission
from coursework.selectors.deadlines import windows_of
from engine.spec import Spec
from grading.api.json_fields import SpecField
from grading.api.v1.people_shapes import Whose, WhoseSerializer
from grading.api.v1.words import OUTCOMES, PROGRESS_STAGES, STANDINGS, STATUSES
from grading.grades.names import HiddenNames, hidden_names
from grading.live import Moment, moment
from grading.models import Status, Verification
from grading.selectors import latest_verification, unfinished_rerun


class Readings:
    """What many submissions of one answer share, read once for each task."""

    def __init__(self, viewer: Enrollment) -> None:
        self.viewer = viewer
        self._hidden: dict[int, HiddenNames] = {}
        self._windows: dict[int, Callable[[Enrollment], Window]] = {}

    def whose(self, submission: Submission) -> Whose:
        """Return whose submission it is, as the viewer may see it; people see themselves as ever."""
        task = submission.task
        if submission.enrollment_id == self.viewer.pk:
            return Whose(submission.enrollment, False, task.pk)
        if task.pk not in self._hidden:
            self._hidden[task.pk] = hidden_names(task)
        hidden = self._hidden[task.pk](submission.enrollment_id)
        return Whose(submission.enrollment, hidden, task.pk)

    def standing(self, submission: Submission) -> Standing:
        """Return how the submission stands in its student's window."""
        assignment = submission.task.assignment
        if assignment.pk not in self._windows:
            self._windows[assignment.pk] = windows_of(assignment)
        return self._windows[assignment.pk](submission.enrollment).standing(submission.received_at)


@dataclass(frozen=True, slots=True)
class Listed:
    """A submission with the verification that speaks for it."""

    submission: Submission
    readings: Readings
    request: Request

    @property
    def url(self) -> str:
        """Where to read it, and to ask how far it is."""
        return submission_url(self.request, self.submission)

    @property
    def student(self) -> Whose:
        """Whose it is."""
        return self.readings.whose(self.submission)

    @property
    def standing(self) -> str:
        """How it stands in the student's window."""
        return self.readings.standing(self.submission).name.lower()

    @property
    def verification(self) -> Verification | None:
        """The one that speaks."""
        return latest_verification(self.submission)

    @property
    def state(self) -> str:
        """How far that one is."""
        return self.verification.status if self.verification else Status.QUEUED.value

    @property
    def outcome(self) -> str | None:
        """What it found."""
        return self.verification.outcome if self.verification else None

    @property
    def retrained_epochs(self) -> int | None:
        """Where our run of it reaches the target."""
        return self.verification.retrained_epochs if self.verification else None

    @property
    def official_epochs(self) -> float | None:
        """What ranks it."""
        return self.verification.official_epochs if self.verification else None

    @property
    def being_run_again(self) -> bool:
        """Whether a newer verification is under way."""
        rerun = unfinished_rerun(self.submission)
        return rerun is not None and rerun.is_live


@dataclass(frozen=True, slots=True)
class Full(Listed):
    """A submission with all that its page shows of it."""

    @property
    def spec(self) -> Spec:
        """The network and its settings."""
        return self.submission.spec

    @property
    def progress(self) -> "Progress | None":
        """How far a live verification is."""
        live = self.verification
        if live is None or not live.is_live:
            return None
        live.submission = self.submission
        return Progress(live, moment(live, now=timezone.now()))

    @property
    def screenshots(self) -> list["Picture"]:
        """The pictures in their order."""
        hidden = self.student.hidden
        return [Picture(one, self.submission, hidden, self.request) for one in self.submission.screenshots.all()]

    @property
    def page_url(self) -> str:
        """The page for people."""
        return reverse("submission", kwargs=_receipt(self.submission), request=self.request)

    @property
    def verifications_url(self) -> str:
        """Where its verifications are listed."""
        return reverse("api_verifications", kwargs=_receipt(self.submission), request=self.request)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a live verification is."""

    verification: Verification
    at: Moment

    @property
    def usual_seconds(self) -> list[float] | None:
        """Between which seconds from now most are settled."""
        usual = self.at.usual
        return [round(usual.low, 1), round(usual.high, 1)] if usual else None


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot; the file's own name may say whose it is, so that it goes where names are hidden."""

    screenshot: Screenshot
    submission: Submission
    hidden: bool
    request: Request

    @property
    def url(self) -> str:
        """Where to load it."""
        where = _receipt(self.submission) | {"position": self.screenshot.position}
        return reverse("api_screenshot", kwargs=where, request=self.request)

    @property
    def original_name(self) -> str | None:
        """Its name on the student's machine."""
        return None if self.hidden else self.screenshot.original_name


def submission_url(request: Request, submission: Submission) -> str:
    """Return the address of a submission in the API."""
    return reverse("api_submission", kwargs=_receipt(submission), request=request)


def _receipt(submission: Submission) -> dict[str, Any]:
    return {"receipt_number": submission.receipt_number}


# --- As they stand in the schema -----------------------------------------------------------------------------------


class ListedSubmissionSerializer(serializers.Serializer[Listed]):
    """A submission, and what came of it."""

    url = serializers.URLField(help_text="Where to read it in full, and to ask how far its check is.")
    receipt_number = serializers.CharField(
        source="submission.receipt_number", help_text="Names the submission, on pages and in addresses."
    )
    course = serializers.SlugField(
        source="submission.task.assignment.course.slug", help_text="The course's short name."
    )
    assignment = serializers.SlugField(
        source="submission.task.assignment.slug", help_text="The assignment's short name."
    )
    task = serializers.SlugField(source="submission.task.slug", help_text="The task's short name.")
    student = WhoseSerializer(help_text="Who handed it in.")
    attempt = serializers.IntegerField(
        source="submission.attempt", help_text="Which one of the student's attempts at the task it is, from 1."
    )
    received_at = serializers.DateTimeField(
        source="submission.received_at", help_text="When it was stored: what counts for being on time."
    )
    standing = serializers.ChoiceField(choices=STANDINGS, help_text="By the student's own window.")
    claimed_epochs = serializers.IntegerField(
        source="submission.claimed_epochs", help_text="The epoch that the student says the target is reached at."
    )
    state = serializers.ChoiceField(choices=STATUSES, help_text="Of the verification that speaks for it.")
    outcome = serializers.ChoiceField(
        choices=OUTCOMES, allow_null=True, help_text="What the check found; null until there is a result."
    )
    retrained_epochs = serializers.IntegerField(allow_null=True, help_text="null: not reached, or not run.")
    official_epochs = serializers.FloatField(allow_null=True, help_text="Median over the course seeds; null: never.")
    being_run_again = serializers.BooleanField(help_text="Until that is done, this result counts.")


class ProgressSerializer(serializers.Serializer[Progress]):
    """How far a live verification is."""

    stage = serializers.ChoiceField(choices=PROGRESS_STAGES, source="at.stage", help_text="What is being done.")
    said = serializers.CharField(source="at.said", help_text="The stage in a sentence.")
    place_in_queue = serializers.IntegerField(source="at.place", allow_null=True, help_text="1: the next. null: begun.")
    usual_seconds = serializers.ListField(
        child=serializers.FloatField(),
        min_length=2,
        max_length=2,
        allow_null=True,
        help_text="Between these seconds from now most are settled; null where that would be a guess.",
    )
    epochs_done = serializers.IntegerField(
        source="verification.epochs_done", help_text="Epochs that the runs under way have trained."
    )
    runs_left = serializers.IntegerField(
        source="verification.runs_left", help_text="Training runs that are not done yet."
    )
    ask_again_seconds = serializers.IntegerField(source="at.ask_again_seconds", help_text="As Retry-After.")


class PictureSerializer(serializers.Serializer[Picture]):
    """A screenshot as it was handed in."""

    position = serializers.IntegerField(
        source="screenshot.position", help_text="Which of the submission's screenshots it is, from 1."
    )
    url = serializers.URLField(help_text="Where to load the picture.")
    width = serializers.IntegerField(source="screenshot.width", help_text="In pixels.")
    height = serializers.IntegerField(source="screenshot.height", help_text="In pixels.")
    original_name = serializers.CharField(allow_null=True, help_text="null to staff while it is graded blind.")


class SubmissionSerializer(ListedSubmissionSerializer):
    """A submission in full."""

    page_url = serializers.URLField(help_text="The page for people.")
    verifications_url = serializers.URLField(help_text="Where its verifications are listed, with their runs.")
    spec = SpecField(read_only=True, help_text="The network and its settings, as read from the link.")
    playground_link = serializers.URLField(
        source="submission.playground_link", help_text="Opens the network in the Playground."
    )
    content_hash = serializers.CharField(
        source="submission.content_hash", help_text="SHA-256 of network, claim and screenshots."
    )
    screenshots = PictureSerializer(many=True, help_text="In the order in which they were sent.")
    progress = ProgressSerializer(allow_null=True, help_text="null once it is settled.")


def listed(rows: Iterable[Submission], viewer: Enrollment, request: Request) -> list[Listed]:
    """Return submissions as the viewer may see them."""
    readings = Readings(viewer)
    return [Listed(one, readings, request) for one in rows]


def full(submission: Submission, viewer: Enrollment, request: Request) -> Full:
    """Return one submission with all that its page shows of it."""
    return Full(submission, Readings(viewer), request)
