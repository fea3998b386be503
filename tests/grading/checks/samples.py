"""Readings and evidence for the tests of checks, with as little of them as a test is about."""

from decimal import Decimal
from typing import Any

from coursework.rules import TaskRules
from engine.spec import Spec
from grading.checks.base import Evidence, ShownState
from grading.screenshots.reading import Read, ScreenshotReading

SPEC = Spec(seed="0.51803")
_AS_THEY_ARE = ("width", "height", "reader_version", "is_playground", "plot", "picture_hash")


def reading(confidence: float = 1.0, **values: Any) -> ScreenshotReading:
    """Make a reading in which these values were read, all with the same confidence."""
    plain: dict[str, Any] = {"width": 1440, "height": 900, "reader_version": "test"}
    plain |= {name: value for name, value in values.items() if name in _AS_THEY_ARE}
    read = {name: Read(str(value), value, confidence) for name, value in values.items() if name not in plain}
    return ScreenshotReading(**(plain | read))


def rules(criterion: str = "both", target: str = "0.001") -> TaskRules:
    return TaskRules(criterion, Decimal(target), 3000, {}, ())


def evidence(read: ScreenshotReading | None = None, **fields: Any) -> Evidence:
    """Make the evidence for a reading; a link of the Playground's default network and a claim of 441 unless told."""
    values: dict[str, Any] = {"reading": read or reading(), "spec": SPEC, "claimed_epochs": 441, "rules": rules()}
    return Evidence(**(values | fields))


def state(loss_train: float, loss_test: float, *, resets: int = 0, replay: int = 0, since: int = 440) -> ShownState:
    return ShownState(resets, replay, loss_train, loss_test, since)
