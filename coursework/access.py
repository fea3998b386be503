"""Who may see what. What is foreign answers exactly as what does not exist: 404."""

from django.http import Http404

from coursework.models import Assignment, Course, Enrollment, Role, Submission, Task, User


def enrollment_or_404(*, user: User, course: str) -> Enrollment:
    """Return the user's enrollment in the course with this slug; raise Http404 for anybody else."""
    enrollment = Enrollment.objects.select_related("course").filter(user=user, course__slug=course, active=True).first()
    if enrollment is None:
        raise Http404
    return enrollment


def staff_enrollment_or_404(*, user: User, course: str) -> Enrollment:
    """Return the enrollment of a teaching assistant or instructor; raise Http404 for anybody else."""
    enrollment = enrollment_or_404(user=user, course=course)
    if not enrollment.is_course_staff:
        raise Http404
    return enrollment


def instructor_enrollment_or_404(*, user: User, course: str) -> Enrollment:
    """Return the enrollment of an instructor; raise Http404 for anybody else, teaching assistants among them."""
    enrollment = enrollment_or_404(user=user, course=course)
    if enrollment.role != Role.INSTRUCTOR:
        raise Http404
    return enrollment


def task_or_404(*, enrollment: Enrollment, assignment: str, task: str) -> Task:
    """Return a task of the enrollment's course; raise Http404 if there is none."""
    found = (
        Task.objects.select_related("assignment__course")
        .filter(assignment__course=enrollment.course_id, assignment__slug=assignment, slug=task)
        .first()
    )
    if found is None:
        raise Http404
    return found


def submission_or_404(*, user: User, receipt_number: str) -> tuple[Submission, Enrollment]:
    """Return a submission that the user may see, and the enrollment by which: the owner's, or that of course staff."""
    submission = (
        Submission.objects.select_related("task__assignment__course", "enrollment__user")
        .filter(receipt_number=receipt_number)
        .first()
    )
    if submission is None:
        raise Http404
    viewer = enrollment_or_404(user=user, course=submission.task.assignment.course.slug)
    if viewer.pk != submission.enrollment_id and not viewer.is_course_staff:
        raise Http404
    return submission, viewer


def managed_course_or_404(*, user: User, course: str) -> Course:
    """Return the course for those who run its work again: its instructors, and operators; Http404 for anybody else."""
    if user.is_staff and user.is_active:
        found = Course.objects.filter(slug=course).first()
        if found is not None:
            return found
    return instructor_enrollment_or_404(user=user, course=course).course


def assignment_or_404(*, enrollment: Enrollment, assignment: str) -> Assignment:
    """Return an assignment of the enrollment's course; raise Http404 if there is none."""
    found = Assignment.objects.select_related("course").filter(course=enrollment.course_id, slug=assignment).first()
    if found is None:
        raise Http404
    return found
