"""Under which name staff see a student: with blind grading under the pseudonym, until the grade is released."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from coursework.models import Enrollment, Submission, Task
from grading.grades.reading import StudentGrade, policy_of
from grading.models import Grade, ReleaseState


def names_hidden(grade: StudentGrade) -> bool:
    """Whether staff may not see whose work this is."""
    return grade.is_blind and not grade.is_released


def staff_name(enrollment: Enrollment, *, hidden: bool) -> str:
    """Return the name that staff see; `hidden` is what `names_hidden` says."""
    return enrollment.pseudonym if hidden else enrollment.user.display_name


@dataclass(frozen=True, slots=True)
class HiddenNames:
    """Whose names staff may not see on one task, for pages that don't read grades. Called with an enrollment's key."""

    is_blind: bool
    released: frozenset[int] = frozenset()

    def __call__(self, enrollment_id: int) -> bool:
        """Say the same as `names_hidden` of that student's grade."""
        return self.is_blind and enrollment_id not in self.released

    def name(self, enrollment: Enrollment) -> str:
        """Return the name that staff see; the enrollment comes with its user."""
        return staff_name(enrollment, hidden=self(enrollment.pk))


def told_by_name(viewer: Enrollment) -> QuerySet[Submission]:
    """Return the hand-ins that may be told beside the names of who handed in: not those that are graded blind.

    By when they came, or by how many there are, it would be known whose they are where a pseudonym stands. People see
    themselves as ever.
    """
    return Submission.objects.filter(Q(enrollment=viewer) | ~graded_blind())


def graded_blind() -> Q:
    """Return the condition that a submission's student is hidden from staff: the same as `names_hidden`."""
    released = Grade.objects.filter(
        task=OuterRef("task"), enrollment=OuterRef("enrollment"), release_state=ReleaseState.RELEASED
    )
    return Q(task__grading_policy__blind=True) & ~Q(Exists(released))


def hidden_names(task: Task) -> HiddenNames:
    """Read whose names are hidden: one query, for a blind task two.

    Blind grades are released by people and by nothing else, which the policy's own constraint sees to.
    """
    if not policy_of(task).blind:
        return HiddenNames(is_blind=False)
    released = Grade.objects.filter(task=task, release_state=ReleaseState.RELEASED)
    return HiddenNames(is_blind=True, released=frozenset(released.values_list("enrollment", flat=True)))
