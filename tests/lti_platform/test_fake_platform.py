"""The fake platform itself: as strict as Moodle where Moodle is, and its faults are those that were asked for."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from tests.lti_platform import words
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.keys import key, signed_by_public_key, unsigned
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Refused


def asked(method: str, url: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=data, method=method, headers=shown)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            status, text, given = answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            status, text, given = error.code, error.read().decode(), dict(error.headers)
    try:
        return status, json.loads(text), given
    except ValueError:
        return status, text, given


def access(lms: FakePlatform, *scopes: str) -> str:
    return f"Bearer {lms.new_token(frozenset(scopes or words.SCOPES))}"


def post_score(lms: FakePlatform, url: str, token: str, **fields: Any) -> int:
    start, query = url.split("?") if "?" in url else (url, "")
    values = {
        "timestamp": datetime.now(UTC).isoformat(),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 7,
        "scoreMaximum": 10,
    }
    sent = {name: value for name, value in (values | fields).items() if value is not None}
    headers = {"Authorization": token, "Content_Type": words.SCORE_TYPE}
    return asked("POST", f"{start}/scores?{query}", sent, **headers)[0]


def test_a_launch_is_signed_and_says_who_where_and_what(lms: FakePlatform) -> None:
    student, link = lms.add_user(), lms.add_link(custom={"task": "circle"})
    begun = lms.login_parameters(student, link)
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": lms.client_id,
        "redirect_uri": "http://testserver/lti/launch/",
        "login_hint": begun["login_hint"],
        "lti_message_hint": begun["lti_message_hint"],
        "state": "s",
        "nonce": "n",
    }
    form = lms.answer_login(f"{lms.authorization_url}?{urllib.parse.urlencode(query)}")
    keys = asked("GET", lms.jwks_url)[1]["keys"]
    claims = jwt.decode(form["id_token"], jwt.PyJWK(keys[0]).key, algorithms=["RS256"], audience=lms.client_id)
    assert (claims["nonce"], form["state"], claims["sub"], claims["name"]) == ("n", "s", student.id, "Sam Student")
    assert claims[words.AGS_CLAIM]["lineitem"] == lms.item_url(lms.item_of(link))
    assert claims[f"{words.LTI}custom"] == {"task": "circle"}
    assert lms.answer_parameters(query)["error"] == "invalid_request"  # the hint was for once
    with pytest.raises(Refused):
        lms.answer_parameters(query | {"redirect_uri": "http://testserver/lti/launch"})


def wants_token(lms: FakePlatform, assertion: str, scope: str = words.SCORE) -> Any:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": scope,
    }
    kind = "application/x-www-form-urlencoded"
    return asked("POST", lms.token_url, urllib.parse.urlencode(form), Content_Type=kind)[1]


def test_a_token_wants_an_assertion_of_the_tool_and_known_scopes(lms: FakePlatform) -> None:
    now = int(time.time())
    claims = {"iss": lms.client_id, "sub": lms.client_id, "aud": lms.token_url, "iat": now, "exp": now + 60, "jti": "1"}

    def wants(assertion: str, scope: str = words.SCORE) -> Any:
        return wants_token(lms, assertion, scope)

    assert wants(key("tool-1").sign(claims))["scope"] == words.SCORE
    refused = [
        key("tool-1").sign(claims),  # used already
        key("tool-1").sign(claims | {"aud": lms.base, "jti": "2"}),
        key("foreign").sign(claims | {"jti": "3"}, kid="tool-1"),
        unsigned(claims | {"jti": "4"}),
        signed_by_public_key(claims | {"jti": "5"}, key("tool-1")),
    ]
    assert [wants(one).get("error") for one in refused] == ["invalid_client"] * len(refused)
    assert wants(key("tool-1").sign(claims | {"jti": "6"}), "made:up")["error"] == "invalid_scope"
    some = wants(key("tool-1").sign(claims | {"jti": "7"}), f"{words.SCORE} made:up")
    assert some["scope"] == words.SCORE


def test_canvas_gives_all_scopes_or_none_and_wants_what_was_signed_just_now(canvas: FakePlatform) -> None:
    about = {"iss": canvas.client_id, "sub": canvas.client_id, "aud": canvas.token_url}

    def wants(number: int, scope: str = words.SCORE, *, ago: int = 0) -> Any:
        now = int(time.time()) - ago
        claims = about | {"iat": now, "exp": now + 900, "jti": str(number)}
        return wants_token(canvas, key("tool-1").sign(claims), scope)

    assert wants(1, f"{words.SCORE} made:up")["error"] == "invalid_scope"
    assert [wants(2, ago=320)["error"], wants(3, ago=-40)["error"]] == ["invalid_request"] * 2
    assert wants(4, ago=280)["scope"] == words.SCORE


def test_moodle_names_its_roster_where_there_is_a_link_only(lms: FakePlatform, canvas: FakePlatform) -> None:
    def named(school: FakePlatform) -> bool:
        return words.NRPS_CLAIM in school.launch_claims(school.add_instructor(), message=words.DEEP_LINKING)

    assert [named(lms), named(canvas)] == [False, True]
    lms.add_link()
    assert named(lms)


def test_without_the_tools_keys_moodle_breaks_off(lms: FakePlatform) -> None:
    now = int(time.time())
    claims = {"iss": lms.client_id, "sub": lms.client_id, "aud": lms.token_url, "iat": now, "exp": now + 60, "jti": "1"}
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": key("tool-1").sign(claims),
        "scope": words.SCORE,
    }
    lms.blocks_tool = True
    kind = "application/x-www-form-urlencoded"
    status, page, _ = asked("POST", lms.token_url, urllib.parse.urlencode(form), Content_Type=kind)
    assert (status, "Error" in page) == (404, True)


def test_moodle_makes_activities_with_whole_maxima_up_to_100(lms: FakePlatform, canvas: FakePlatform) -> None:
    def taken(school: FakePlatform, maximum: float) -> bool:
        now = int(time.time())
        item = {"type": "ltiResourceLink", "title": "T", "url": "http://testserver/lti/launch/"}
        claims = {
            "iss": school.client_id,
            "aud": school.issuer,
            "iat": now,
            "exp": now + 60,
            "nonce": "n",
            f"{words.LTI}message_type": "LtiDeepLinkingResponse",
            f"{words.LTI}version": "1.3.0",
            f"{words.LTI}deployment_id": school.deployment_id,
            f"{words.DEEP}content_items": [item | {"lineItem": {"scoreMaximum": maximum}}],
        }
        token = urllib.parse.urlencode({"JWT": key("tool-1").sign(claims)})
        kind = "application/x-www-form-urlencoded"
        begun = school.launch_claims(school.add_instructor(), message=words.DEEP_LINKING)
        url = begun[f"{words.DEEP}deep_linking_settings"]["deep_link_return_url"]
        page = asked("POST", url, token, Content_Type=kind)[1]
        if school.kind == "canvas":
            assert "was used before" in asked("POST", url, token, Content_Type=kind)[1]
        return "refused" not in page

    assert [taken(lms, most) for most in (1, 20.0, 100, 7.5, 101)] == [True, True, True, False, False]
    assert [taken(canvas, most) for most in (7.5, 101)] == [True, True]


def test_scores_are_taken_as_moodle_takes_them(lms: FakePlatform) -> None:
    student, teacher, link = lms.add_user(), lms.add_instructor(), lms.add_link(maximum=100)
    url, token = lms.item_url(lms.item_of(link)), access(lms)
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def sent(**fields: Any) -> int:
        return post_score(lms, url, token, **({"userId": student.id} | fields))

    assert sent(timestamp=noon.isoformat()) == 200
    assert lms.score_of(student, link) == 70
    assert sent(scoreGiven=8, timestamp=(noon + timedelta(milliseconds=900)).isoformat()) == 409  # whole seconds
    assert sent(scoreGiven=7, timestamp=(noon + timedelta(seconds=5)).isoformat()) == 200
    assert lms.stored(student, link).timestamp == noon  # type: ignore[union-attr]  # equal: its time stays
    assert [sent(timestamp=None), sent(gradingProgress=None), sent(userId=teacher.id)] == [400, 400, 400]
    assert sent(gradingProgress="Pending") == 200
    assert lms.score_of(student, link) is None
    assert post_score(lms, url.split("?")[0], token, userId=student.id) == 403  # the query got lost
    assert post_score(lms, url, access(lms, words.LINEITEM), userId=student.id) == 401
    lms.revoke_tokens()
    assert sent() == 401
    assert lms.item_of(link).stale_overwrites() == []


def test_line_items_and_members_come_in_pages(lms: FakePlatform) -> None:
    lms.page_size, token = 2, access(lms)
    for number in range(3):
        lms.add_user(f"Student{number}")
    made = asked(
        "POST",
        lms.lineitems_url(),
        {"label": "Circle", "scoreMaximum": 5, "tag": "t"},
        Authorization=token,
        Content_Type=words.LINE_ITEM_TYPE,
    )
    assert made[0] == 201
    assert asked("GET", made[1]["id"], Authorization=token)[1]["scoreMaximum"] == 5
    assert [row["tag"] for row in asked("GET", f"{lms.lineitems_url()}&tag=t", Authorization=token)[1]] == ["t"]
    _, first, headers = asked("GET", lms.memberships_url(), Authorization=token)
    following = headers["Link"].split(">")[0].removeprefix("<")
    rest = asked("GET", following, Authorization=token)
    assert [member["roles"] for member in first["members"] + rest[1]["members"]] == [["Learner"]] * 3
    assert "Link" not in rest[2]


def test_faults_are_what_was_asked_for(canvas: FakePlatform) -> None:
    student, link, token = canvas.add_user(), canvas.add_link(), access(canvas)
    url = canvas.item_url(canvas.item_of(link))
    canvas.faults.rate_limited = 1
    assert asked("GET", url, Authorization=token)[:2] == (403, "403 Forbidden (Rate Limit Exceeded)")
    canvas.faults.error_rate = 0.5
    assert {asked("GET", url, Authorization=token)[0] for _ in range(12)} > {200}
    canvas.faults.error_rate, canvas.faults.lost_rate = 0, 1
    assert post_score(canvas, url, token, userId=student.id) == 502
    assert canvas.score_of(student, link) == 70  # stored, and nobody was told
