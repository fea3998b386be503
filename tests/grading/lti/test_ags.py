"""Assignment and Grade Services as a protocol: addresses, bodies, and what answers mean."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from grading.lti import ags
from grading.lti.ags import RemoteResult, Verdict
from grading.models import PlatformKind
from grading.outbound.fetching import Answer

MOODLE = "https://lms.example.edu/mod/lti/services.php/2/lineitems/7/lineitem?type_id=3"
NOW = datetime(2026, 11, 23, 9, 30, 15, 250_999, tzinfo=UTC)
TOLD: dict[str, Any] = {
    "scoreGiven": 8.5,
    "scoreMaximum": 10.0,
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
    "comment": "Graded.",
    "submittedAt": "2026-11-22T08:00:00.000Z",
}


def answer(status: int = 200, said: object = "", **headers: str) -> Answer:
    text = said if isinstance(said, str) else json.dumps(said)
    return Answer(status, headers, text.encode())


def test_a_services_path_goes_before_the_query() -> None:
    assert ags.scores_url(MOODLE) == MOODLE.replace("lineitem?", "lineitem/scores?")
    assert ags.scores_url("https://c.example/api/lti/courses/1/line_items/4/") == (
        "https://c.example/api/lti/courses/1/line_items/4/scores"
    )
    assert ags.results_url(MOODLE, user_id="a b").endswith("/lineitem/results?type_id=3&user_id=a+b")
    url = ags.line_items_url("https://c.example/items?type_id=3&tag=old", resource_id="task-1", tag="points")
    assert url == "https://c.example/items?type_id=3&resource_id=task-1&tag=points"


def test_times_are_utc_with_milliseconds_and_each_in_a_later_second() -> None:
    zone = timezone(timedelta(hours=2))
    assert ags.timestamp(NOW.astimezone(zone)) == "2026-11-23T09:30:15.250Z"
    assert ags.next_stamp(NOW, None) == NOW
    assert ags.next_stamp(NOW, NOW - timedelta(seconds=1)) == NOW
    assert ags.next_stamp(NOW, NOW) == datetime(2026, 11, 23, 9, 30, 16, tzinfo=UTC)
    ahead = NOW + timedelta(hours=1)  # our clock was set back
    assert ags.next_stamp(NOW, ahead) > ahead


def test_a_score_is_points_out_of_a_maximum() -> None:
    score = json.loads(ags.score_body(TOLD, user_id="42", stamp=NOW, kind=PlatformKind.MOODLE, is_new=True))
    assert score == {
        **{name: value for name, value in TOLD.items() if name != "submittedAt"},
        "userId": "42",
        "timestamp": "2026-11-23T09:30:15.250Z",
        "submission": {"submittedAt": TOLD["submittedAt"]},
    }


def test_canvas_counts_an_attempt_only_for_new_work_and_gets_no_comment() -> None:
    for is_new in (True, False):
        score = json.loads(ags.score_body(TOLD, user_id="42", stamp=NOW, kind=PlatformKind.CANVAS, is_new=is_new))
        assert score[ags.CANVAS_SUBMISSION] == {"new_submission": is_new, "submitted_at": TOLD["submittedAt"]}
        assert "comment" not in score
    cleared = {"activityProgress": "Submitted", "gradingProgress": "NotReady"}
    score = json.loads(ags.score_body(cleared, user_id="42", stamp=NOW, kind=PlatformKind.CANVAS, is_new=True))
    assert score[ags.CANVAS_SUBMISSION] == {"new_submission": False} and "scoreGiven" not in score


@pytest.mark.parametrize(
    ("kind", "progress"), [(PlatformKind.BLACKBOARD, "Initialized"), (PlatformKind.MOODLE, "Submitted")]
)
def test_points_are_taken_back_in_the_words_of_each_lms(kind: PlatformKind, progress: str) -> None:
    """Blackboard's documentation of how a grade is deleted names this one progress."""
    cleared = {"activityProgress": "Submitted", "gradingProgress": "NotReady"}
    score = json.loads(ags.score_body(cleared, user_id="42", stamp=NOW, kind=kind, is_new=False))
    assert (score["activityProgress"], score["gradingProgress"]) == (progress, "NotReady")
    given = json.loads(ags.score_body(TOLD, user_id="42", stamp=NOW, kind=kind, is_new=True))
    assert (given["activityProgress"], "comment" in given) == ("Completed", True)


@pytest.mark.parametrize(
    ("status", "words", "verdict"),
    [
        (200, "", Verdict.TAKEN),
        (204, "", Verdict.TAKEN),
        (401, "", Verdict.NO_ACCESS),
        (409, "", Verdict.OUTDATED),
        (400, "Provided timestamp of x before last updated timestamp of y", Verdict.OUTDATED),
        (400, "no user", Verdict.REFUSED),
        (403, "403 Forbidden (Rate Limit Exceeded)", Verdict.LATER),
        (403, "not yours", Verdict.REFUSED),
        (302, "", Verdict.REFUSED),
        (404, "", Verdict.REFUSED),
        (422, "", Verdict.REFUSED),
        (422, "User not found in course or is not a student", Verdict.REFUSED),
        (422, "The maximum number of allowed attempts has been reached for this submission", Verdict.LATER),
        (408, "", Verdict.LATER),
        (429, "", Verdict.LATER),
        (500, "", Verdict.LATER),
        (503, "", Verdict.LATER),
    ],
)
def test_what_an_answer_means(status: int, words: str, verdict: Verdict) -> None:
    assert ags.verdict_of(answer(status, words)) is verdict


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"status": 403, "reason": "Invalid LTI id supplied.", "request": {}}, "Invalid LTI id supplied."),
        ({"errors": [{"message": "one"}, {"message": "two"}]}, "one; two"),
        ({"error": "invalid_client", "error_description": "no key"}, "no key"),
        ({"errors": {"type": "x", "message": "no"}}, "no"),
        ("<html><head><title>t</title></head><style>p{}</style><p>Not&nbsp;here\n\n</p>", "Not here"),
        ("<img src=x onerror=alert(1)>no", "no"),
        ({"odd": 1}, '{"odd": 1}'),
        ("", ""),
        ("a\x00b", "a b"),
    ],
)
def test_the_lms_words_are_plain_text(said: object, words: str) -> None:
    assert ags.words_of(answer(400, said)) == words


def refused_by_moodle(status: int, reason: str = "", kind: str = ags.SCORE_TYPE) -> Answer:
    return Answer(status, {"content-type": f"{kind}; charset=utf-8"}, b"[]", reason)


def test_moodle_refuses_a_score_by_an_empty_list_and_words_behind_the_status() -> None:
    said = 'Incorrect score received{"scoreGiven": 7.5, "userId": "3"}'
    for reason in (said, "Bad Request"):  # the second is what a proxy makes of it
        refused = refused_by_moodle(400, reason)
        assert ags.verdict_of(refused) is Verdict.REFUSED
        assert ags.words_of(refused).startswith("Incorrect score received (Moodle says so of somebody who is no")
    outdated = refused_by_moodle(409, "Refusing score with an earlier timestamp for item 5 and user 3")
    assert ags.verdict_of(outdated) is Verdict.OUTDATED and ags.words_of(outdated) == outdated.reason


def test_a_column_that_moodle_keeps_locked_is_told_from_a_moodle_that_is_broken() -> None:
    locked = refused_by_moodle(500, "Internal Server Error")
    assert ags.verdict_of(locked) is Verdict.REFUSED and "locked" in ags.words_of(locked)
    for broken in (refused_by_moodle(500, kind="text/html"), Answer(500, {}, b"<h1>Oops</h1>"), refused_by_moodle(502)):
        assert ags.verdict_of(broken) is Verdict.LATER and "locked" not in ags.words_of(broken)


def test_where_the_body_says_nothing_what_stands_behind_the_status_does() -> None:
    assert ags.words_of(Answer(403, {}, b"", "Not <b>yours</b>")) == "Not yours"
    assert ags.words_of(Answer(403, {}, b"No.", "Forbidden")) == "No."


def test_words_are_short() -> None:
    assert len(ags.words_of(answer(500, "x" * 10_000))) == ags.LONGEST_WORDS
    assert ags.words_of(answer(500, "[" * 100_000))


def test_line_items_are_read_and_what_is_none_is_left_out() -> None:
    good = {"id": MOODLE, "label": "A", "resourceId": "task-1", "tag": None, "resourceLinkId": 7, "scoreMaximum": 3}
    found = ags.read_line_items(
        answer(200, [good, {}, {"id": 5}, *({"id": odd} for odd in ("x" * 1001, f"{MOODLE}\x00", "☃")), "text", None])
    )
    assert [(one.url, one.label, one.resource_id, one.tag, one.resource_link_id) for one in found] == [
        (MOODLE, "A", "task-1", "", "7")
    ]
    for odd in ("", "no", "5", "null", "{}"):
        assert ags.read_line_items(answer(200, odd)) == [] and ags.read_line_item(answer(200, odd)) is None
    made = ags.read_line_item(answer(201, good))
    assert made is not None and made.url == MOODLE


def test_the_next_page_is_in_a_header() -> None:
    link = '<https://a.example/?from=0>; rel="first", <https://a.example/?from=50,2>; rel="next"'
    assert ags.next_page(answer(link=link)) == "https://a.example/?from=50,2"
    assert ags.next_page(answer(link="Link: <https://a.example/?from=50>; rel=“next”")) == "https://a.example/?from=50"
    assert ags.next_page(answer(link='<https://a.example/>; rel="prev"')) == "" == ags.next_page(answer())


def test_what_the_lms_holds_is_compared_by_its_own_maximum() -> None:
    (result,) = ags.read_results(answer(200, [{"userId": 42, "resultScore": 42.5, "resultMaximum": 50}]))
    assert result.user_id == "42" and ags.holds(TOLD, result)
    assert not ags.holds(TOLD, RemoteResult("42", 42.0, 50.0)) and not ags.holds(TOLD, None)
    assert ags.holds(TOLD, RemoteResult("42", 8.5, None)) and not ags.holds(TOLD, RemoteResult("42", None, None))
    cleared = {"gradingProgress": "NotReady"}
    assert ags.holds(cleared, None) and ags.holds(cleared, RemoteResult("42", None, 50.0))
    assert not ags.holds(cleared, result)


def test_a_conflict_waits_for_the_clock_of_the_lms_if_that_is_minutes_ahead_at_most() -> None:
    def waits(said: object) -> float:
        (result,) = ags.read_results(answer(200, [{"userId": 42, "timestamp": said}]))
        return ags.wait_for_later(result, NOW).total_seconds()

    assert waits("2026-11-23T10:30:45+01:00") == pytest.approx(30.75, abs=0.01)
    assert waits("2026-11-23T09:30:15+00:00") == waits("2026-11-23T12:00:00+00:00") == 2
    assert [waits(odd) for odd in (None, 5, "yesterday", "2026-11-23T09:30:45")] == [2, 2, 2, 2]
    assert ags.wait_for_later(None, NOW).total_seconds() == 2


def test_a_number_that_is_none_of_a_score_is_no_number() -> None:
    (result,) = ags.read_results(answer(200, [{"userId": 42, "resultScore": 10**400, "resultMaximum": True}]))
    assert (result.score, result.most) == (None, None)
