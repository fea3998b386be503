"""Tasks to start from: what the demo course shows and what an instructor may take over. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from coursework.rules import playground_defaults


@dataclass(frozen=True, slots=True)
class TaskTemplate:
    """A task that is known to work: its texts and the rules that make it possible."""

    slug: str
    title: str
    instructions: str
    criterion: str
    max_epochs: int
    allowed_settings: Mapping[str, Sequence[Any]]


CIRCLE = TaskTemplate(
    slug="circle",
    title="Task A: Circle",
    instructions="""
Design a network that separates the disc from the ring, in as few epochs as you can.

1. Open the Playground with the settings of this task.
2. Choose inputs, hidden layers and neurons. Everything else stays at its default.
3. Run until **training and test loss both show 0.001**. The default network needs about 690 epochs.
4. Hand in the link, the epoch and a screenshot.
""",
    criterion="both",
    max_epochs=3000,
    allowed_settings=playground_defaults("circle"),
)
SPIRAL = TaskTemplate(
    slug="spiral",
    title="Task B: Spiral",
    instructions="""
Design a network that tells the two arms of the spiral apart, in as few epochs as you can.

1. Open the Playground with the settings of this task.
2. Choose inputs, hidden layers and neurons. Everything else stays at its default.
3. Run until **the training or the test loss shows 0.001**. Both at once can't be: the two arms start at the very
   same point, and one of the two losses has to pay for it. The default network does not get there at all.
4. Hand in the link, the epoch and a screenshot.
""",
    criterion="either",
    max_epochs=2500,
    allowed_settings=playground_defaults("spiral"),
)
TEMPLATES = {template.slug: template for template in (CIRCLE, SPIRAL)}


def start_values(template: TaskTemplate) -> dict[str, Any]:
    """Give a template as the values of a task's fields."""
    return {field.name: getattr(template, field.name) for field in fields(template)} | {
        "instructions": template.instructions.strip()
    }
