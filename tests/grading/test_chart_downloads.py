"""The charts of a settled submission as files: for whom, under which name, and with what in them."""

import csv
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Submission
from engine.training import Start, train
from grading.downloads import CHARTS
from grading.services.verification import run_verification
from tests.world import QUICK_SPEC, World, hand_in, make_task, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def settled(world: World) -> Submission:
    submission = hand_in(world.task, world.owner)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    return submission


def download(world: World, submission: Submission, name: str, kind: str, who: str = "owner") -> Any:
    names = {"receipt_number": submission.receipt_number, "name": name, "kind": kind}
    return world.client(who).get(reverse("submission_chart", kwargs=names))


def table(world: World, submission: Submission, name: str, who: str = "owner") -> list[list[str]]:
    return list(csv.reader(download(world, submission, name, "csv", who).content.decode().splitlines()))


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_comes_as_a_picture_of_its_own(name: str, world: World, settled: Submission) -> None:
    response = download(world, settled, name, "svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Disposition"] == f'attachment; filename="{settled.receipt_number}-{name}.svg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    root = ET.fromstring(response.content)
    assert root.tag.endswith("svg") and root[0].tag.endswith("style")
    assert b"var(" not in response.content


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_comes_as_a_table(name: str, world: World, settled: Submission) -> None:
    response = download(world, settled, name, "csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    rows = table(world, settled, name)
    assert len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}


def test_all_losses_are_there_to_the_last_bit(world: World, settled: Submission) -> None:
    rows = table(world, settled, "loss")
    report = train([Start(QUICK_SPEC)], stop="both", max_epochs=400)[0]
    assert rows[0] == ["epoch", "training_loss", "test_loss"]
    assert np.array_equal([[float(cell) for cell in row[1:]] for row in rows[1:]], report.losses)
    assert [row[0] for row in rows[1:]] == [str(epoch) for epoch in range(102)]


def test_the_weights_are_named_by_where_they_go_from_and_to(world: World, settled: Submission) -> None:
    rows = table(world, settled, "network")
    assert [row[:3] for row in rows[1:4]] == [["1", "1", "x1²"], ["1", "1", "x2²"], ["1", "1", "bias"]]
    assert rows[-1][:3] == ["output", "1", "bias"]
    assert len(rows) - 1 == QUICK_SPEC.parameters


def test_points_and_plane_come_with_the_answers(world: World, settled: Submission) -> None:
    rows = table(world, settled, "boundary")[1:]
    points = [row for row in rows if row[0] != "plane"]
    assert len(points) == 500 and len(rows) - len(points) == 64 * 64
    right = [float(row[3]) * float(row[4]) > 0 for row in points]
    assert sum(right) > 490
    assert [float(cell) for cell in rows[-1][1:3]] == [6.0, -6.0]


def test_the_band_holds_every_replay(world: World, settled: Submission) -> None:
    rows = dict(table(world, settled, "band")[1:])
    assert (rows["claimed"], rows["retrained"]) == ("101", "101")
    assert sum(name.startswith("replay_") for name in rows) == 15


def test_course_seeds_stay_hidden_from_students_in_the_file_too(world: World, settled: Submission) -> None:
    assert table(world, settled, "seeds")[0] == ["course_seed", "epochs", "lowest_loss"]
    assert [row[1] for row in table(world, settled, "seeds", "ta")] == ["seed", "0.1", "0.2", "0.3"]


@pytest.mark.parametrize(("name", "kind"), [("loss", "pdf"), ("none", "svg"), ("none", "csv")])
def test_what_there_is_not_is_not_found(name: str, kind: str, world: World, settled: Submission) -> None:
    assert download(world, settled, name, kind).status_code == 404


def test_before_there_is_a_result_there_is_no_file(world: World) -> None:
    assert download(world, hand_in(world.task, world.owner), "loss", "csv").status_code == 404


def test_settings_that_were_not_run_have_no_charts(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    world.task.allowed_settings = {"noise": [50]}
    world.task.save()
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    assert download(world, submission, "loss", "csv").status_code == 404


def test_a_task_without_course_seeds_has_no_chart_of_them(world: World) -> None:
    submission = hand_in(make_task(world.course, slug="bare", seeds=()), world.owner)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    assert download(world, submission, "seeds", "svg").status_code == 404
    assert download(world, submission, "loss", "svg").status_code == 200


def seeds_on_the_page(world: World, submission: Submission) -> bool:
    page = world.client("owner").get(reverse("submission", kwargs={"receipt_number": submission.receipt_number}))
    return "<td>0.2</td>" in page.content.decode()


def test_the_instructor_may_show_the_seeds(world: World, settled: Submission) -> None:
    assert not seeds_on_the_page(world, settled)
    world.task.seeds_shown = True
    world.task.save()
    assert seeds_on_the_page(world, settled)
    assert table(world, settled, "seeds")[0][1] == "seed"


def test_seeds_are_shown_once_the_task_is_closed_for_everybody(world: World, settled: Submission) -> None:
    assignment = world.task.assignment
    assignment.due_at = timezone.now() - timedelta(seconds=1)
    assignment.save()
    extension = assignment.extensions.create(enrollment=world.classmate, due_at=timezone.now() + timedelta(hours=1))
    assert not seeds_on_the_page(world, settled)  # a classmate could still design for them
    extension.delete()
    assert seeds_on_the_page(world, settled)
