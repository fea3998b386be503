import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from grading.models import PictureReading, Status
from grading.read_values import ReadValues, read_values
from grading.screenshots.reading import PlotReading, Read, ScreenshotReading

SHOWN = ReadValues("0" * 64, 141, 0.001, 0.002, (4, 2))


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        (SHOWN, False),
        (ReadValues(), False),
        (ReadValues("f" * 64, 141), False),
        (ReadValues(epoch=142), True),
        (ReadValues(loss_train=0.002), True),
        (ReadValues(loss_test=0.001), True),
        (ReadValues(epoch=141, neurons=(4, 3)), True),
    ],
)
def test_only_what_was_read_from_both_tells_them_apart(other: ReadValues, apart: bool) -> None:
    assert SHOWN.tells_apart(other) is other.tells_apart(SHOWN) is apart


def store(name: str, result: ScreenshotReading | None, status: str = Status.COMPLETED) -> None:
    PictureReading.objects.create(
        picture=name,
        upload_hash="a",
        queued_at=timezone.now(),
        status=status,
        result=result and result.to_dict(),
        unreadable="" if result else "It is damaged.",
        picture_hash=result.picture_hash if result else "",
    )


@pytest.mark.django_db
def test_values_come_by_name_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    whole = ScreenshotReading(
        800,
        600,
        "test",
        is_playground=True,
        epoch=Read("000,141", 141, 0.99),
        loss_train=Read("0.001", 0.001, 0.99),
        loss_test=Read("0.002", 0.002, 0.5),
        neurons=Read("4 neurons, 2 neurons", (4, 2), 0.9),
        plot=PlotReading(corners, 0.9, "dots"),
        picture_hash="0" * 64,
    )
    cut = ScreenshotReading(800, 600, "test", neurons=Read("4 neurons", (4, None), 0.9))
    store("whole", whole)
    store("cut", cut)
    store("unreadable", None)
    store("elsewhere", whole)
    with django_assert_num_queries(1):
        found = read_values(["whole", "cut", "unreadable", "unknown"])
    assert found == {
        "whole": ReadValues("0" * 64, 141, 0.001, None, (4, 2), is_playground=True),
        "cut": ReadValues(is_part=True),
    }
