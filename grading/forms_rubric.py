"""Forms of a task's rubric: items, groups, and the other task that one is copied from."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from coursework.forms_setup.fields import DecimalField
from coursework.models import Task
from grading.models import RubricGroup, RubricItem, SavedComment

LONGEST_EXPLANATION = 4_000
LONGEST_COMMENT = 4_000
MOST_POINTS = "9999"
MARKDOWN = "Markdown: **bold**, lists, links and tables. No pictures and no HTML."


class SignedPointsField(DecimalField):
    """Points that are given, or with a minus, of a keyboard or as our pages write it, taken off."""

    def to_python(self, value: Any) -> Decimal | None:
        """Read the points; raises ValidationError naming what is allowed."""
        number = super().to_python(str(value or "").strip().replace("−", "-"))
        return None if number is None else number.quantize(self.step) + 0  # plus 0: no negative zero


class TextField(forms.CharField):
    """Several lines of Markdown, with the line ends that we store."""

    def __init__(self, *, longest: int, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(max_length=longest, strip=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        # The browser would count a line end as one character and send two; what is too long is said here instead
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        """Read the text; a browser sends line ends of two characters."""
        return str(super().to_python(value) or "").replace("\r\n", "\n").strip()


def title_field(longest: int, missing: str) -> forms.CharField:
    """Give the field of a title."""
    return forms.CharField(max_length=longest, label="Title", error_messages={"required": f"Missing: {missing}."})


class ItemForm(forms.Form):
    """Makes an item of a task's rubric, or changes `item`."""

    title = title_field(200, "what you tick, in a few words")
    points = SignedPointsField(
        low=f"-{MOST_POINTS}",
        high=MOST_POINTS,
        places=1,
        label="Points",
        help_text="Such as 2, or -0.5 to take half a point off.",
    )
    group = forms.ModelChoiceField(
        queryset=RubricGroup.objects.none(),
        required=False,
        empty_label="No group",
        label="Group",
        error_messages={"invalid_choice": "This group is not there any more: choose one of the list."},
    )
    explanation = TextField(
        longest=LONGEST_EXPLANATION,
        required=False,
        label="Explanation",
        help_text=f"Students read it beside the item once the grade is released. {MARKDOWN}",
    )

    def __init__(self, *args: Any, task: Task, item: RubricItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = self.fields["group"]
        assert isinstance(groups, forms.ModelChoiceField)
        groups.queryset = task.rubric_groups.all()
        if item is not None:
            for name in self.fields:
                self.fields[name].initial = getattr(item, name)

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the row, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("title", "points", "group", "explanation")}


class GroupForm(forms.Form):
    """Makes a group of a task's rubric, or changes `group`."""

    title = title_field(120, "what its items have in common")
    one_only = forms.BooleanField(
        required=False,
        label="At most one item can be ticked",
        help_text="For steps of which one holds, such as full, half, none.",
    )

    def __init__(self, *args: Any, task: Task, group: RubricGroup | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = task.rubric_groups.exclude(pk=group.pk) if group else task.rubric_groups.all()
        if group is not None:
            for name in self.fields:
                self.fields[name].initial = getattr(group, name)

    def clean_title(self) -> str:
        """Refuse a title that another group has."""
        return free_title(self.cleaned_data["title"], self.others, "group of this rubric")

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the row, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("title", "one_only")}


class TaskField(forms.ModelChoiceField):  # type: ignore[type-arg]  # of Django's classes at runtime it takes none
    """A choice of tasks of several courses; these come along."""

    def label_from_instance(self, obj: Any) -> str:
        """Name the course too: the same task is there each term."""
        return f"{obj.assignment.course.title}: {obj.title}"


class CopyRubricForm(forms.Form):
    """Names the task that a rubric is copied from; `tasks` are those that have one and that the viewer may see."""

    source = TaskField(
        queryset=Task.objects.none(),
        empty_label="Choose a task",
        label="Copy from",
        error_messages={
            "required": "Missing: the task whose rubric to copy.",
            "invalid_choice": "This task can’t be copied from: choose one of the list.",
        },
    )

    def __init__(self, *args: Any, tasks: QuerySet[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, TaskField)
        field.queryset = tasks


class SavedCommentForm(forms.Form):
    """Makes a comment that is used again, or changes `comment`."""

    title = title_field(120, "by which you find it again")
    text = TextField(
        longest=LONGEST_COMMENT,
        label="Text",
        help_text=f"To the student. {MARKDOWN}",
        error_messages={"required": "Missing: what the student is to read."},
    )

    def __init__(self, *args: Any, task: Task, comment: SavedComment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = task.saved_comments.exclude(pk=comment.pk) if comment else task.saved_comments.all()
        if comment is not None:
            for name in self.fields:
                self.fields[name].initial = getattr(comment, name)

    def clean_title(self) -> str:
        """Refuse a title that another comment of the task has."""
        return free_title(self.cleaned_data["title"], self.others, "saved comment of this task")


def free_title(title: str, others: "QuerySet[RubricGroup] | QuerySet[SavedComment]", what: str) -> str:
    """Return the title; raises ValidationError if one of the others has it."""
    if others.filter(title=title).exists():
        raise ValidationError(f"{title} is the title of another {what}: choose another one.")
    return title
