"""Under which name staff see a student: with blind grading under the pseudonym, until the grade is released."""

from dataclasses import dataclass

from coursework.models import Enrollment, Task
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


def hidden_names(task: Task) -> HiddenNames:
    """Read whose names are hidden: one query, for a blind task two.

    Blind grades are released by people and by nothing else, which the policy's own constraint sees to.
    """
    if not policy_of(task).blind:
        return HiddenNames(is_blind=False)
    released = Grade.objects.filter(task=task, release_state=ReleaseState.RELEASED)
    return HiddenNames(is_blind=True, released=frozenset(released.values_list("enrollment", flat=True)))
