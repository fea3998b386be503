"""What students may see of a task before it is over, and after."""

from datetime import datetime

from coursework.deadlines import Standing
from coursework.models import Enrollment, Task
from coursework.selectors.deadlines import last_instant


def is_over(task: Task, now: datetime) -> bool:
    """True once nobody can hand in any more, whoever has the most time among them."""
    return last_instant(task.assignment).standing(now) is Standing.CLOSED


def designs_visible(task: Task, viewer: Enrollment, *, over: bool) -> bool:
    """Whether this person may see classmates' networks and what hangs on them: parameters, inputs, epochs by seed."""
    return viewer.is_course_staff or task.designs_shown or over


def seeds_visible(task: Task, viewer: Enrollment, *, over: bool) -> bool:
    """Whether this person may see the course seeds that rank."""
    return viewer.is_course_staff or task.seeds_shown or over


def may_see_seeds(task: Task, viewer: Enrollment, now: datetime) -> bool:
    """Say the same for one who comes now; asks whether the task is over only where that decides."""
    return seeds_visible(task, viewer, over=False) or is_over(task, now)
