"""A small rubric and a few saved comments, for courses that are there to be tried out."""

from decimal import Decimal

from coursework.models import Task, User
from grading.models import RubricGroup, RubricItem, SavedComment

GROUP = "Explanation"
# (title, explanation, points, whether it stands in the group, of which one at most holds)
ITEMS = (
    ("Says why these inputs and layers", "One or two sentences in your own words are enough.", "1.0", True),
    ("Says only what was done, not why", "", "0.5", True),
    ("The picture does not show the epoch", "The counter at the top left has to be in it.", "-0.5", False),
    ("Smaller than the default network", "Fewer weights and biases than 4 and 2 neurons have.", "0.5", False),
)
COMMENTS = (
    ("Good idea", "A good idea, and **well explained**. Try it on the spiral, too."),
    (
        "Cut the picture wider",
        "Next time take the whole window, so that the picture shows the epoch, both losses and the address.",
    ),
)


def give_sample_rubric(*, task: Task, author: User) -> None:
    """Give a task without a rubric this one, and the comments."""
    group = RubricGroup.objects.create(task=task, title=GROUP, one_only=True)
    RubricItem.objects.bulk_create(
        RubricItem(
            task=task,
            group=group if in_group else None,
            title=title,
            explanation=explanation,
            points=Decimal(points),
            position=position,
        )
        for position, (title, explanation, points, in_group) in enumerate(ITEMS, start=1)
    )
    SavedComment.objects.bulk_create(
        SavedComment(task=task, title=title, text=text, author=author) for title, text in COMMENTS
    )
