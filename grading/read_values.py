"""The values read from many pictures, as far as pictures are compared with one another: without fetching all of it."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from grading.checks.base import SURE
from grading.models import PictureReading, Status


@dataclass(frozen=True, slots=True)
class ReadValues:
    """What a picture shows; None where the reader is not sure.

    `look` is the perceptual hash, empty where there is none. Losses are as shown; neurons only where those of every
    layer were read. `is_part`: the heat map is not in it.
    """

    look: str = ""
    epoch: int | None = None
    loss_train: float | None = None
    loss_test: float | None = None
    neurons: tuple[int, ...] | None = None
    is_playground: bool | None = None
    is_part: bool = False

    @property
    def shown(self) -> tuple[Hashable | None, ...]:
        """What copies of one picture have in common."""
        return self.epoch, self.loss_train, self.loss_test, self.neurons

    def tells_apart(self, other: "ReadValues") -> bool:
        """Say whether the two can't be copies of one picture, since they show something different."""
        pairs = zip(self.shown, other.shown, strict=True)
        return any(one is not None and another is not None and one != another for one, another in pairs)


# Of a result only these are fetched: the points alone are some thousand characters. No texts: those that look like
# numbers come as text from one database and as numbers from the other.
_SHOWN = ("epoch", "loss_train", "loss_test", "neurons")
_READ = (
    *(f"{name}__{part}" for name in _SHOWN for part in ("value", "confidence")),
    "is_playground",
    "plot__confidence",
)
_COLUMNS: tuple[Any, ...] = ("picture", "picture_hash", *(f"result__{name}" for name in _READ))


def read_values(names: "Collection[str] | QuerySet[Any, Any]") -> dict[str, ReadValues]:
    """Return what was read, by the pictures' names in storage, in one query; those not read yet are left out."""
    rows = PictureReading.objects.filter(picture__in=names, status=Status.COMPLETED, result__isnull=False).order_by()
    return {name: _of(look, dict(zip(_READ, read, strict=True))) for name, look, *read in rows.values_list(*_COLUMNS)}


def _of(look: str, read: dict[str, Any]) -> ReadValues:
    def sure(name: str) -> Any:
        return read[f"{name}__value"] if (read[f"{name}__confidence"] or 0) >= SURE else None

    neurons = sure("neurons")
    return ReadValues(
        look=look,
        epoch=sure("epoch"),
        loss_train=sure("loss_train"),
        loss_test=sure("loss_test"),
        neurons=None if neurons is None or None in neurons else tuple(neurons),
        is_playground=read["is_playground"],
        is_part=read["plot__confidence"] is None,
    )
