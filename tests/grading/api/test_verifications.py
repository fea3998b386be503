"""Verifications read by a program: outcome, band, runs and traces, as far as the page shows them to that person."""

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client

from coursework.models import Submission
from grading.api.v1.trace_shapes import trace_of
from grading.models import Outcome, RunKind, Status, Verification, VerificationRun
from grading.models.work import pack_losses
from grading.services.board import set_board
from tests.furnished import verify_once
from tests.grading.api.matrix import client, token
from tests.grading.dashboard.classes import failed, rerun, settled
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def program(world: World, who: str = "owner") -> Client:
    return client(token(getattr(world, who).user))


def listed(world: World, submission: Submission, who: str = "owner") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        program(world, who).get(f"/api/v1/submissions/{submission.receipt_number}/verifications/").json()
    )
    return found


def detail(world: World, submission: Submission, who: str = "owner") -> dict[str, Any]:
    found: dict[str, Any] = program(world, who).get(listed(world, submission, who)[0]["url"]).json()
    return found


@pytest.fixture
def trained(world: World) -> Submission:
    submission = hand_in(world.task, world.owner)
    verify_once(verification_of(submission).pk)
    return submission


def test_a_settled_one_with_its_runs(world: World, trained: Submission) -> None:
    found = detail(world, trained)
    row = verification_of(trained)
    assert (found["status"], found["outcome"], found["counts"], found["is_rerun"]) == (
        "completed",
        "verified",
        True,
        False,
    )
    assert found["heading"].startswith("Verified: your network reaches 0.001 at epoch 101")
    assert (found["claimed_epochs"], found["retrained_epochs"]) == (101, 101)
    assert found["band"] == {"low": row.band_low, "high": row.band_high} and found["replays"] == row.replays
    own, *others = found["runs"]
    assert (own["kind"], own["seed"], own["reached"]) == ("own", "0.31415", 101)
    assert own["at_claim"] == own["at_reached"] and own["at_claim"]["epoch"] == 101
    assert own["at_claim"]["train_loss"] < 0.0015
    assert [one["kind"] for one in others] == ["course_seed"] * 3
    assert detail(world, trained, "ta")["heading"].startswith("Verified: the network reaches")


def test_hidden_course_seeds_stay_hidden_from_students(world: World, trained: Submission) -> None:
    told = ("seed", "best_epoch", "reached_train", "reached_test", "reached_both")
    for one in detail(world, trained)["runs"][1:]:
        assert {one[name] for name in told} == {None} and one["best_loss"] is not None
    assert [one["seed"] for one in detail(world, trained, "ta")["runs"]] == ["0.31415", "0.1", "0.2", "0.3"]
    settings = {"board_hidden": False, "board_top": None, "designs_shown": False, "seeds_shown": True}
    set_board(task=world.task, actor=world.instructor.user, frozen=False, values=settings)
    assert [one["seed"] for one in detail(world, trained)["runs"]] == ["0.31415", "0.1", "0.2", "0.3"]


def test_a_trace_is_the_computed_numbers_to_the_last_bit(world: World, trained: Submission) -> None:
    run = VerificationRun.objects.get(kind=RunKind.OWN)
    url = detail(world, trained)["runs"][0]["trace_url"]
    whole = program(world).get(f"{url}?hex=true").json()
    assert whole["epoch"] == list(range(len(run.losses))) and whole["epochs_run"] == run.epochs_run
    for column, name in enumerate(("train_loss", "test_loss")):
        assert np.array_equal(np.array(whole[name]), run.losses[:, column])
        assert [float.fromhex(one) for one in whole[f"{name}_hex"]] == whole[name]
    thin = program(world).get(f"{url}?points=5").json()
    assert (len(thin["epoch"]), thin["epoch"][0], thin["epoch"][-1]) == (5, 0, run.epochs_run)
    assert thin["train_loss"] == [whole["train_loss"][epoch] for epoch in thin["epoch"]]
    assert "train_loss_hex" not in thin
    for query in ("points=1", "points=x", "hex=perhaps", "pionts=5"):
        assert program(world).get(f"{url}?{query}").status_code == 422


def test_traces_and_networks_that_were_not_kept_are_not_there(world: World, trained: Submission) -> None:
    found = detail(world, trained)
    assert [one["trace_url"] is None for one in found["runs"]] == [False, True, True, True]
    below = found["runs"][0]["trace_url"].removesuffix("0/trace/")
    for path in ("1/trace/", "1/network/", "9/trace/"):
        assert program(world).get(f"{below}{path}").status_code == 404
    layers = program(world).get(found["runs"][0]["network_url"]).json()["layers"]
    network = VerificationRun.objects.select_related("verification__submission").get(kind=RunKind.OWN).network()
    assert [layer["weights"] for layer in layers] == [weights.tolist() for weights in network.weights]
    assert [layer["biases"] for layer in layers] == [biases.tolist() for biases in network.biases]


def test_what_is_no_number_is_null(world: World) -> None:
    losses = np.array([[0.5, 0.25], [math.inf, 1e-320], [math.nan, -math.inf]])
    found = trace_of(losses, points=None, in_hex=True)
    assert (found["train_loss"], found["test_loss"]) == ([0.5, None, None], [0.25, 1e-320, None])
    assert found["train_loss_hex"][1:] == ["inf", "nan"]
    submission = settled(world.task, world.owner, Outcome.DIVERGED, claimed_epochs=2)
    fields = {"position": 0, "seed": "1", "epochs_run": 2, "best_epoch": 0, "best_loss": 0.5, "diverged_at": 1}
    VerificationRun.objects.create(
        verification=verification_of(submission), kind=RunKind.OWN, trace=pack_losses(losses), weights=b"", **fields
    )
    run = detail(world, submission)["runs"][0]
    assert run["at_claim"] == {"epoch": 2, "train_loss": None, "test_loss": None}
    assert run["network_url"] is None
    assert program(world).get(run["trace_url"]).json()["train_loss"] == [0.5, None, None]


def test_students_see_the_one_that_counts_and_that_it_is_run_again(world: World) -> None:
    submission = settled(world.task, world.owner)
    second = rerun(submission, Outcome.INSIDE_BAND)
    assert [one["id"] for one in listed(world, submission)] == [second.pk]
    assert [one["counts"] for one in listed(world, submission, "ta")] == [True, False]
    earlier = listed(world, submission, "ta")[1]["url"]
    assert (program(world, "ta").get(earlier).status_code, program(world).get(earlier).status_code) == (200, 404)
    later = second.queued_at + timedelta(seconds=1)
    live = Verification.objects.create(
        submission=submission, status=Status.QUEUED, queued_at=later, requested_by=world.instructor.user
    )
    assert [(one["id"], one["counts"]) for one in listed(world, submission)] == [(live.pk, False), (second.pk, True)]
    assert listed(world, submission)[0]["heading"] == "Being checked"
    Verification.objects.filter(pk=live.pk).update(status=Status.FAILED, last_error="lost")
    assert [one["id"] for one in listed(world, submission)] == [second.pk]
    assert listed(world, submission, "ta")[0]["last_error"] == "lost"


def test_why_it_failed_by_us_is_for_staff(world: World) -> None:
    submission = failed(world.task, world.owner)
    assert detail(world, submission)["last_error"] is None and "lost" not in str(detail(world, submission))
    assert detail(world, submission, "ta")["last_error"] == "lost"
