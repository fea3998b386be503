"""Under which name staff see a student: with blind grading under the pseudonym, until the grade is released."""

from coursework.models import Enrollment
from grading.grades.reading import StudentGrade


def names_hidden(grade: StudentGrade) -> bool:
    """Whether staff may not see whose work this is."""
    return grade.is_blind and not grade.is_released


def staff_name(enrollment: Enrollment, *, hidden: bool) -> str:
    """Return the name that staff see; `hidden` is what `names_hidden` says."""
    return enrollment.pseudonym if hidden else enrollment.user.display_name
