"""Reads of drafts, each bound to the student whose it is."""

from coursework.models import Draft, DraftScreenshot, Enrollment, Task


def draft_of(*, task: Task, enrollment: Enrollment) -> Draft | None:
    """Return what the student has filled in for the task and not handed in yet."""
    return Draft.objects.filter(task=task, enrollment=enrollment).first()


def draft_pictures(*, task: Task, enrollment: Enrollment) -> list[DraftScreenshot]:
    """Return the pictures that wait to be handed in, in the order in which they were added."""
    return list(DraftScreenshot.objects.filter(draft__task=task, draft__enrollment=enrollment).order_by("pk"))


def draft_picture(*, task: Task, enrollment: Enrollment, picture: int) -> DraftScreenshot | None:
    """Return one of them."""
    return DraftScreenshot.objects.filter(draft__task=task, draft__enrollment=enrollment, pk=picture).first()
