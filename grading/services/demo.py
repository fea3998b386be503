"""How the demo course is graded: one task by people, with a rubric; the others by themselves."""

from django.db import transaction

from coursework.models import Course, Enrollment, Role, Task
from coursework.services.demo import COURSE, make_demo
from grading.models import GradingPolicy, ReleaseMode
from grading.services.sample_rubric import give_sample_rubric

BY_PEOPLE = "circle"


def make_graded_demo() -> bool:
    """Make the demo course and how it is graded; False, and nothing done, if it is there already."""
    with transaction.atomic():
        if not make_demo():
            return False
        course = Course.objects.get(slug=COURSE)
        instructor = Enrollment.objects.select_related("user").get(course=course, role=Role.INSTRUCTOR).user
        for task in Task.objects.filter(assignment__course=course):
            by_people = task.slug == BY_PEOPLE
            release = ReleaseMode.MANUAL if by_people else ReleaseMode.AUTOMATIC
            GradingPolicy.objects.create(task=task, release=release)
            if by_people:
                give_sample_rubric(task=task, author=instructor)
    return True
