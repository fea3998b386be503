"""An LMS may only say what it is, and what we say of ourselves is what each LMS wants."""

import json
from typing import Any

import pytest

from grading.lti.our_addresses import our_addresses
from grading.lti.registration import (
    PLATFORM_CONFIGURATION,
    TOOL_CONFIGURATION,
    ConfigurationRefused,
    platform_name,
    read_configuration,
    read_registration,
    tool_registration,
)
from grading.models import PlatformKind

MOODLE = "https://moodle.example.edu"


def configuration(host: str = MOODLE, *, issuer: str = "", product: str = "moodle", **changed: Any) -> str:
    values: dict[str, Any] = {
        "issuer": issuer or host,
        "authorization_endpoint": f"{host}/auth",
        "token_endpoint": f"{host}/token",
        "jwks_uri": f"{host}/certs",
        "registration_endpoint": f"{host}/register",
        PLATFORM_CONFIGURATION: {"product_family_code": product},
    }
    return json.dumps({name: value for name, value in (values | changed).items() if value is not None})


def test_a_configuration_is_read() -> None:
    found = read_configuration(configuration(scopes_supported=["openid"]), asked_at=f"{MOODLE}/config")
    assert (found.kind, found.issuer, found.jwks_url) == (PlatformKind.MOODLE, MOODLE, f"{MOODLE}/certs")
    assert len(found.missing_scopes) == 5
    assert platform_name(found, f"{MOODLE}/config") == "Moodle at moodle.example.edu"


CANVAS = "https://canvas.instructure.com"


@pytest.mark.parametrize(
    ("issuer", "host", "product", "believed"),
    [
        (MOODLE, MOODLE, "moodle", True),
        (MOODLE, "https://other.example.edu", "moodle", False),
        ("https://example.edu", MOODLE, "moodle", True),  # the host above
        ("https://le.example.edu", "https://moodle.example.edu", "moodle", False),
        ("https://blackboard.com", "https://developer.blackboard.com", "BlackboardLearn", True),
        ("https://blackboard.com", "https://developer.anthology.com", "BlackboardLearn", True),
        ("https://blackboard.com", "https://developer.anthology.com", "moodle", False),
        ("https://blackboard.com", "https://developer-blackboard.com", "BlackboardLearn", False),
        (CANVAS, "https://sso.canvaslms.com", "canvas", True),
        (CANVAS, "https://canvas.example.edu", "canvas", True),  # a school's own, all at one site
        (CANVAS, "https://canvas.example.edu", "moodle", False),
        ("urn:moodle", MOODLE, "moodle", False),
    ],
)
def test_nobody_speaks_for_another_site(issuer: str, host: str, product: str, believed: bool) -> None:
    text = configuration(host, issuer=issuer, product=product)
    if believed:
        assert read_configuration(text, asked_at=f"{host}/config").issuer == issuer
    else:
        with pytest.raises(ConfigurationRefused):
            read_configuration(text, asked_at=f"{host}/config")


@pytest.mark.parametrize(
    ("issuer", "host", "product"),
    [
        (CANVAS, "https://canvas.example.edu", "canvas"),
        (CANVAS, "https://sso.canvaslms.com", "canvas"),
        ("https://blackboard.com", "https://developer.anthology.com", "blackboard"),
    ],
)
def test_who_names_anothers_issuer_may_not_name_keys_of_a_third_site(issuer: str, host: str, product: str) -> None:
    text = configuration(host, issuer=issuer, product=product, jwks_uri="https://evil.example/keys")
    with pytest.raises(ConfigurationRefused):
        read_configuration(text, asked_at=f"{host}/config")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "<html>",
        "[" * 5000,
        configuration(issuer=""" """),
        configuration(token_endpoint=None),
        configuration(token_endpoint=["x"]),
        configuration(jwks_uri="javascript:alert(1)"),
        configuration(registration_endpoint=f"{MOODLE}/{'x' * 600}"),
        configuration(authorization_endpoint="https://[::1"),
    ],
)
def test_what_is_no_configuration_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ConfigurationRefused, match="LMS"):
        read_configuration(text, asked_at=f"{MOODLE}/config")


def test_the_audience_is_taken_if_it_is_an_address() -> None:
    """Canvas writes its bare host, and wants the token URL."""
    given = [("canvas.instructure.com", ""), (f"{MOODLE}/as", f"{MOODLE}/as"), (7, "")]
    for server, audience in given:
        text = configuration(authorization_server=server)
        assert read_configuration(text, asked_at=f"{MOODLE}/c").token_audience == audience


def test_a_registration_has_a_client_id_and_perhaps_a_deployment() -> None:
    assert read_registration('{"client_id": "a"}').deployment_id == ""
    both = read_registration(json.dumps({"client_id": 7, TOOL_CONFIGURATION: {"deployment_id": 3}}))
    assert (both.client_id, both.deployment_id) == ("7", "3")
    canvas = read_registration(json.dumps({"client_id": "a", TOOL_CONFIGURATION: {}, "deployment_id": "7:a1b2"}))
    assert canvas.deployment_id == "7:a1b2"  # beside the configuration, not in it
    for text in ("{}", '{"client_id": ""}', json.dumps({"client_id": "a", TOOL_CONFIGURATION: {"deployment_id": []}})):
        with pytest.raises(ConfigurationRefused):
            read_registration(text)


@pytest.mark.parametrize("odd", ["a\x00b", "a\ud800b", "a\nb"])
def test_nothing_is_kept_that_databases_refuse(odd: str) -> None:
    about = {"product_family_code": "canvas", "https://canvas.instructure.com/lti/account_name": odd}
    said: dict[str, Any] = {PLATFORM_CONFIGURATION: about, "authorization_server": f"{MOODLE}/{odd}"}
    text = configuration(**said)
    found = read_configuration(text, asked_at=f"{MOODLE}/c")
    assert (found.account_name, found.token_audience) == ("ab", "")
    for answer in ({"deployment_id": odd}, {TOOL_CONFIGURATION: {"deployment_id": odd}}):
        with pytest.raises(ConfigurationRefused, match="can't be shown"):
            read_registration(json.dumps({"client_id": "a"} | answer))


def test_we_say_of_ourselves_what_moodle_and_canvas_require() -> None:
    said = tool_registration(our_addresses())
    assert said["redirect_uris"] == ["http://127.0.0.1:8000/lti/launch/"]
    assert said[TOOL_CONFIGURATION]["domain"] == "127.0.0.1:8000"
    assert {"name", "email"} <= set(said[TOOL_CONFIGURATION]["claims"])
    assert len(said["scope"].split()) == 5
    placements = [place for message in said[TOOL_CONFIGURATION]["messages"] for place in message["placements"]]
    assert placements == ["course_navigation", "assignment_selection", "link_selection"]
