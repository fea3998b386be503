"""Reads of what staff noted about a task's evidence."""

from coursework.models import Task
from grading.models import EvidenceMark


def marks_of(task: Task) -> dict[str, EvidenceMark]:
    """Return the marks of a task by their subjects, each with who made it, in one query."""
    marks = EvidenceMark.objects.filter(task=task).select_related("seen_by", "note_by")
    return {mark.subject: mark for mark in marks}
