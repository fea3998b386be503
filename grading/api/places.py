"""Looking up what an address of the API names; what is foreign, or beyond a token, answers as what does not exist."""

from rest_framework.request import Request

from coursework.access import task_or_404
from coursework.models import Enrollment, Task
from grading.api.permissions import api_enrollment

TASK = "courses/<slug:course>/assignments/<slug:assignment>/tasks/<slug:task>/"


def api_task(request: Request, course: str, assignment: str, task: str) -> tuple[Enrollment, Task]:
    """Return the enrollment of who asks and a task of that course; Http404 for all else."""
    enrollment = api_enrollment(request, course)
    return enrollment, task_or_404(enrollment=enrollment, assignment=assignment, task=task)
