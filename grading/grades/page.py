"""What the grading page shows of one student's work on a task, gathered from what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from coursework.models import Enrollment, Event, Role, Submission, Task, User
from grading.evidence.page import EvidencePage, evidence_page
from grading.grades.judgement import Judgement
from grading.grades.names import names_hidden, staff_name
from grading.grades.reading import StudentGrade
from grading.grades.regrades import regrades_of
from grading.grades.rubric import Rubric, rubric_of
from grading.grades.rule import AttemptResult, Decision, Points, Progress, points_of
from grading.history import Entry, history_of, history_of_work
from grading.models import RegradeRequest, RunKind, SavedComment, Status, Verification
from grading.services.grades.deciding import Seen, judgement_of, seen_of
from grading.wording import MARKS, Mark, Wording, outcome_wording

_WAITING = {Progress.WAITING: Status.QUEUED, Progress.FAILED: Status.FAILED}


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One of the student's attempts."""

    attempt: AttemptResult
    mark: Mark
    is_open: bool  # on this page
    counts: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A newer result than the one that was decided on, and what it would make of the grade."""

    attempt: AttemptResult
    same_attempt: bool
    would_give: Decimal | None
    gives: Decimal | None


@dataclass(frozen=True, slots=True)
class Panel:
    """The points, kept apart, that a judgement gives on an attempt, beside what is stored."""

    points: Points
    attempt: AttemptResult | None
    engine: str  # its version, of the result that the automatic points rest on
    epochs: float | None
    stored: Decimal | None
    is_stored: bool


@dataclass(frozen=True, slots=True)
class GradingPage:
    """Everything about one student's work that the page shows."""

    grade: StudentGrade
    name: str  # the only place in which the page learns whose work it is
    names_hidden: bool
    rubric: Rubric
    judgement: Judgement  # as it is stored
    seen: Seen
    attempt: AttemptResult | None  # that is open here
    submission: Submission | None
    evidence: EvidencePage | None
    outcome: Wording | None
    attempts: Sequence[AttemptLine]  # newest first
    difference: Difference | None
    saved_comments: Sequence[SavedComment]
    requests: Sequence[RegradeRequest]
    history: Sequence[Entry]

    @property
    def decides_elsewhere(self) -> bool:
        """True if a person decided on another attempt than the open one."""
        row = self.grade.row
        return self.grade.is_decided and row is not None and row.submission_id != self.seen.submission_id


def attempt_to_open(grade: StudentGrade, number: int | None) -> AttemptResult | None:
    """Return the attempt with this number, else the one that counts, else the newest."""
    asked = next((one for one in grade.attempts if one.attempt == number), None)
    return asked or grade.result.counting or grade.newest


def grading_page(grade: StudentGrade, attempt: AttemptResult | None, *, reader_on: bool) -> GradingPage:
    """Gather the page of a student's work in a fixed number of queries."""
    rubric, row, hidden = rubric_of(grade.task), grade.row, names_hidden(grade)
    submission = _submission(grade, attempt)
    evidence = evidence_page(submission, reader_on=reader_on) if submission is not None else None
    seen = seen_of(grade, attempt)
    return GradingPage(
        grade=grade,
        name=staff_name(grade.enrollment, hidden=hidden),
        names_hidden=hidden,
        rubric=rubric,
        judgement=judgement_of(row) if row is not None else Judgement(),
        seen=seen,
        attempt=attempt,
        submission=submission,
        evidence=evidence,
        outcome=_outcome(submission, evidence),
        attempts=[_line(grade, one, attempt) for one in reversed(grade.attempts)],
        difference=_difference(grade),
        saved_comments=list(SavedComment.objects.filter(task=grade.task)),
        requests=regrades_of(row),
        history=_history(grade, submission),
    )


def panel_of(grade: StudentGrade, attempt: AttemptResult | None, rubric: Rubric, judgement: Judgement) -> Panel:
    """Return what the grade would be if this judgement were kept on this attempt."""
    seen, row = seen_of(grade, attempt), grade.row
    ticked = sum((line.points for line in rubric.lines if line.pk in judgement.items), Decimal("0.0"))
    decision = Decision(
        submission_id=seen.submission_id,
        verification_id=seen.verification_id,
        automatic=seen.automatic,
        rubric=ticked if rubric else None,
        adjustment=judgement.adjustment,
        override=judgement.override,
    )
    late = attempt.late_percent if attempt is not None else 0
    points = points_of(grade.rule, automatic=seen.automatic, late_percent=late, decision=decision)
    result, (engine, epochs) = grade.result, _result(seen)
    elsewhere = row is not None and grade.is_decided and row.submission_id != seen.submission_id
    return Panel(
        points=points,
        attempt=attempt,
        engine=engine,
        epochs=epochs,
        stored=result.total,
        is_stored=points.total == result.total and not elsewhere,
    )


def _result(seen: Seen) -> tuple[str, float | None]:
    """Return the engine's version and the official epochs of the result that is in view."""
    found = (
        Verification.objects.filter(pk=seen.verification_id or 0)
        .values_list("engine_version", "official_epochs")
        .first()
    )
    return found or ("", None)


def staff_of(task: Task) -> list[Enrollment]:
    """Return who may be asked to grade the task: the course's staff."""
    staff = Enrollment.objects.filter(course=task.assignment.course_id, active=True).exclude(role=Role.STUDENT)
    return list(staff.select_related("user").order_by("user__last_name", "user__first_name", "user__username"))


def last_change(task: Task, enrollment: Enrollment) -> Event | None:
    """Return the newest act of a person on a student's grade, for saying who was faster."""
    acts = Event.objects.filter(task=task, enrollment=enrollment, action__startswith="grade.", actor__isnull=False)
    return acts.select_related("actor").order_by("-pk").first()


def decided_by(grade: StudentGrade, viewer: User) -> str:
    """Say who decided: "you", or the name of the colleague."""
    by = grade.row.decided_by if grade.row is not None else None
    if by is None:
        return ""
    return "you" if by == viewer else by.display_name


def _history(grade: StudentGrade, submission: Submission | None) -> Sequence[Entry]:
    if submission is not None:
        return history_of(submission)
    return history_of_work(task=grade.task, enrollment=grade.enrollment)


def _submission(grade: StudentGrade, attempt: AttemptResult | None) -> Submission | None:
    if attempt is None:
        return None
    found = Submission.objects.get(pk=attempt.submission_id)
    found.task, found.enrollment = grade.task, grade.enrollment  # saves fetching them again
    return found


def _outcome(submission: Submission | None, evidence: EvidencePage | None) -> Wording | None:
    """Say what came of the open attempt; None where there is none."""
    if submission is None or evidence is None:
        return None
    verification = evidence.verification
    if verification is None or verification.status not in (Status.COMPLETED, Status.FAILED):
        return Wording("info", "run", "Being checked", "There is no result yet; open the page again in a moment.")
    verification.submission = submission
    own = verification.runs.filter(kind=RunKind.OWN).first()
    if own is not None:
        own.verification = verification
    return outcome_wording(verification, own_run=own, for_staff=True)


def _line(grade: StudentGrade, one: AttemptResult, is_open: AttemptResult | None) -> AttemptLine:
    mark = MARKS[one.outcome] if one.outcome is not None else MARKS[_WAITING[one.progress]]
    return AttemptLine(one, mark, one == is_open, one == grade.result.counting)


def _difference(grade: StudentGrade) -> Difference | None:
    newer, row = grade.result.differs, grade.row
    if newer is None or row is None:
        return None
    points = grade.result.points
    decision = Decision(
        newer.submission_id, newer.verification_id, newer.automatic, points.rubric, points.adjustment, points.override
    )
    would = points_of(grade.rule, automatic=newer.automatic, late_percent=newer.late_percent, decision=decision)
    return Difference(newer, newer.submission_id == row.submission_id, would.total, points.total)
