"""Comments that the staff of a task use again."""

from django.db import transaction

from coursework.models import Task, User
from coursework.services.events import record
from grading.models import SavedComment
from grading.services.grades.titles import title_once

MOST_COMMENTS = 100


class CommentsFull(Exception):
    """There are as many saved comments as there can be; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(f"There are {MOST_COMMENTS} saved comments already: delete one that nobody uses first.")


def add_comment(*, task: Task, actor: User, title: str, text: str) -> SavedComment:
    """Save a comment; raises CommentsFull, or TitleTaken."""
    with transaction.atomic(), title_once(title):
        Task.objects.select_for_update().get(pk=task.pk)
        if task.saved_comments.count() >= MOST_COMMENTS:
            raise CommentsFull
        comment = SavedComment.objects.create(task=task, title=title, text=text, author=actor)
        _remember("added", comment, actor)
    return comment


def change_comment(*, comment: SavedComment, actor: User, title: str, text: str) -> bool:
    """Change a comment; what was sent to students with it stays as it is. False if nothing was different.

    Raises TitleTaken.
    """
    if (comment.title, comment.text) == (title, text):
        return False
    with transaction.atomic(), title_once(title):
        comment.title, comment.text = title, text
        comment.save(update_fields=["title", "text"])
        _remember("changed", comment, actor)
    return True


def delete_comment(*, comment: SavedComment, actor: User) -> None:
    """Delete a saved comment; what was sent to students with it stays."""
    with transaction.atomic():
        _remember("deleted", comment, actor)
        comment.delete()


def _remember(change: str, comment: SavedComment, actor: User) -> None:
    task = comment.task
    record(
        action="saved_comment.changed",
        actor=actor,
        course=task.assignment.course,
        subject=f"task {task.assignment.slug}/{task.slug}",
        about=[task],
        change=change,
        comment=comment.pk,
        length=len(comment.text),
    )
