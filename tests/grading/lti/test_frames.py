"""Inside a frame of the LMS: who may show us, which cookies are kept, and what happens where none are."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast
from unittest.mock import Mock

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from coursework.models import User
from grading.frames import PartitionedMorsel, allow_form_to, may_be_framed
from grading.lti import claims as names
from grading.lti.arrival import Arrival, Destination
from grading.lti.origins import frame_origins, origin_of
from grading.models.lti import LoginState, Platform, PlatformKind
from grading.views import lti_arrivals
from grading.views.lti_parts import COOKIE
from tests.grading.lti.platform_side import (
    KeysAddress,
    asked_of_platform,
    begin,
    claims_for,
    launch,
    platform_row,
    signed,
)

pytestmark = pytest.mark.django_db
IN_FRAME = {"Sec-Fetch-Dest": "iframe"}
ON_TOP = {"Sec-Fetch-Dest": "document"}
ACROSS_SITES = IN_FRAME | {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def platform(keys_address: KeysAddress, monkeypatch: pytest.MonkeyPatch) -> Platform:
    ada = User.objects.create_user("ada")
    arrival = Arrival(ada, Destination.OPEN, url=reverse("help"))
    monkeypatch.setattr(lti_arrivals, "arrive", Mock(return_value=arrival))
    return platform_row(frame_origins=["https://portal.example.edu", "no origin; script-src *", 7])


@pytest.fixture
def https() -> Iterator[None]:
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        yield


def ancestors(response: HttpResponse) -> str:
    [found] = [
        part.strip() for part in response.headers["Content-Security-Policy"].split(";") if "frame-ancestors" in part
    ]
    return found.removeprefix("frame-ancestors ")


def written(response: HttpResponse, name: str) -> str:
    return response.cookies[name].OutputString()


def launched_in_frame(client: Client) -> HttpResponse:
    client.cookies[COOKIE] = "kept"
    asked = asked_of_platform(begin(client, headers=IN_FRAME))
    return launch(client, asked["state"], signed(claims_for(asked["nonce"])), headers=IN_FRAME)


def test_a_session_launched_in_a_frame_stays_there(client: Client, platform: Platform, https: None) -> None:
    response = launched_in_frame(client)
    for name in ("playground_coursework_session", "playground_coursework_csrf"):
        cookie = written(response, name)
        assert "SameSite=None" in cookie and "Secure" in cookie and cookie.endswith("; Partitioned"), cookie
        assert ("HttpOnly" in cookie) == (name == "playground_coursework_session")
    page = client.get(reverse("help"))
    assert ancestors(page) == "https://lms.example.edu https://portal.example.edu"  # type: ignore[arg-type]
    assert "X-Frame-Options" not in page.headers
    assert "in-frame" in page.content.decode()
    missing = client.get("/nowhere/at/all/of/ours/")
    assert (missing.status_code, ancestors(missing)) == (404, ancestors(page))  # type: ignore[arg-type]
    signed_out = client.post(reverse("account_logout"))
    gone = written(signed_out, "playground_coursework_session")  # type: ignore[arg-type]
    assert "Max-Age=0" in gone and gone.endswith("; Partitioned"), "else the browser keeps the other one"
    assert "https://lms.example.edu" in ancestors(signed_out)  # type: ignore[arg-type]
    assert ancestors(client.get(reverse("help"))) == "'none'"  # type: ignore[arg-type]


def test_everything_else_is_shown_in_no_frame(client: Client, platform: Platform, https: None) -> None:
    client.force_login(User.objects.get(username="ada"))
    page = client.get(reverse("help"), headers=IN_FRAME)
    assert (ancestors(page), page["X-Frame-Options"]) == ("'none'", "DENY")  # type: ignore[arg-type]
    asked = asked_of_platform(begin(client, headers=ON_TOP))
    response = launch(client, asked["state"], signed(claims_for(asked["nonce"])), headers=ON_TOP)
    assert response.status_code == 302
    assert "SameSite=Lax" in written(response, "playground_coursework_session")
    page = client.get(reverse("help"))
    assert (ancestors(page), page["X-Frame-Options"]) == ("'none'", "DENY")  # type: ignore[arg-type]


def test_a_platform_that_is_switched_off_shows_us_no_more(client: Client, platform: Platform, https: None) -> None:
    launched_in_frame(client)
    Platform.objects.update(active=False)
    page = client.get(reverse("help"))
    assert (ancestors(page), page["X-Frame-Options"]) == ("'none'", "DENY")  # type: ignore[arg-type]


def test_an_old_browser_leaves_it_to_the_platform_to_say(client: Client, platform: Platform, https: None) -> None:
    asked = asked_of_platform(begin(client))
    framed = claims_for(asked["nonce"], **{names.LAUNCH_PRESENTATION: {"document_target": "iframe"}})
    assert "Partitioned" in written(launch(client, asked["state"], signed(framed)), "playground_coursework_session")


def test_of_a_deep_link_moodle_says_nothing_and_shows_it_in_a_frame(
    client: Client, platform: Platform, https: None
) -> None:
    """Over plain http the browser says nothing either, unless the address is this machine's own."""
    asked = asked_of_platform(begin(client))
    deep = claims_for(
        asked["nonce"],
        **{
            names.MESSAGE_TYPE: names.DEEP_LINKING_REQUEST,
            names.DEEP_LINKING_SETTINGS: {"deep_link_return_url": "https://lms.example.edu/back"},
            names.LAUNCH_PRESENTATION: {"locale": "en"},
        },
    )
    assert "Partitioned" in written(launch(client, asked["state"], signed(deep)), "playground_coursework_session")


def test_over_http_cookies_stay_as_they_are(client: Client, platform: Platform) -> None:
    cookie = written(launched_in_frame(client), "playground_coursework_session")
    assert "SameSite=Lax" in cookie and "Partitioned" not in cookie and "Secure" not in cookie


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "[::1]"])
def test_this_machines_own_addresses_get_them_over_http_in_another_sites_frame(
    client: Client, platform: Platform, settings: Any, host: str
) -> None:
    """Chromium takes them there; other cookies it does not keep in such a frame."""
    settings.PUBLIC_URL = "http://testserver"  # where the links of this file lead
    client.defaults["HTTP_HOST"] = host
    tried = begin(client, headers=ACROSS_SITES)
    assert written(tried, COOKIE).endswith("Path=/lti/; SameSite=None; Secure; Partitioned")
    asked = asked_of_platform(client.get(tried["Location"], headers=ACROSS_SITES))  # type: ignore[arg-type]
    response = launch(client, asked["state"], signed(claims_for(asked["nonce"])), headers=ACROSS_SITES)
    assert "Partitioned" in written(response, "playground_coursework_session")
    # Later requests are of our own pages, and what they change stays in the same place
    signed_out = client.post(reverse("account_logout"), headers=IN_FRAME | {"Sec-Fetch-Site": "same-origin"})
    assert "Partitioned" in written(signed_out, "playground_coursework_session")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("127.0.0.1:8000", IN_FRAME | {"Sec-Fetch-Site": "same-site"}),
        ("127.0.0.1:8000", ON_TOP | {"Sec-Fetch-Site": "cross-site"}),
        ("grading.example.edu", ACROSS_SITES),
        ("localhost.example.edu", ACROSS_SITES),
    ],
)
def test_elsewhere_over_http_they_would_only_be_lost(
    client: Client, platform: Platform, settings: Any, host: str, headers: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["*"], "http://testserver"
    client.defaults["HTTP_HOST"] = host
    client.cookies[COOKIE] = "kept"
    asked = asked_of_platform(begin(client, headers=headers))
    response = launch(client, asked["state"], signed(claims_for(asked["nonce"])), headers=headers)
    assert "Partitioned" not in written(response, "playground_coursework_session")


def test_of_the_same_site_no_cookie_is_kept_twice(client: Client, platform: Platform, settings: Any) -> None:
    """After a redirect Firefox says cross-site in a frame of the same site, too: a second one would be kept apart."""
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["*"], "http://testserver"
    client.defaults["HTTP_HOST"] = "127.0.0.1:8000"
    client.cookies[COOKIE] = "kept"
    same_site = IN_FRAME | {"Sec-Fetch-Site": "same-site"}
    asked = asked_of_platform(begin(client, headers=same_site))
    done = launch(client, asked["state"], signed(claims_for(asked["nonce"])), headers=same_site)
    page = client.get(done["Location"], headers=ACROSS_SITES)
    assert "Partitioned" not in written(page, "playground_coursework_csrf")  # type: ignore[arg-type]


def test_cookies_are_tried_before_the_platform_is_asked(client: Client, platform: Platform, https: None) -> None:
    """Its hints may hold for one time only, and a new window needs them."""
    tried = begin(client, headers=IN_FRAME)
    assert tried.status_code == 302
    assert tried["Location"].startswith(f"{reverse('lti_login')}?iss=")
    assert written(tried, COOKIE).endswith("Path=/lti/; SameSite=None; Secure; Partitioned")
    assert not LoginState.objects.exists()
    kept = client.get(tried["Location"], headers=IN_FRAME)
    assert asked_of_platform(kept)["lti_message_hint"] == "hint & more"  # type: ignore[arg-type]


def test_over_http_the_tried_cookie_is_one_of_the_sessions_kind(client: Client, platform: Platform) -> None:
    """Firefox keeps one without SameSite in another site's frame, and would refuse the session's there."""
    assert written(begin(client, headers=IN_FRAME), COOKIE).endswith("Path=/lti/; SameSite=Lax")


def test_without_cookies_the_launch_goes_on_in_a_new_window(platform: Platform, https: None) -> None:
    tried = begin(Client(), headers=IN_FRAME)["Location"]
    page = Client().get(tried, headers=IN_FRAME)
    assert page.status_code == 200
    assert "https://lms.example.edu" in ancestors(page)  # type: ignore[arg-type]
    assert not LoginState.objects.exists()
    [link] = [part for part in page.content.decode().split('"') if part.startswith(reverse("lti_login"))]
    assert 'target="_blank"' in page.content.decode()
    window = Client()
    asked = asked_of_platform(window.get(link.replace("&amp;", "&"), headers=ON_TOP))  # type: ignore[arg-type]
    assert asked["login_hint"] == "person-7"
    done = launch(window, asked["state"], signed(claims_for(asked["nonce"])), headers=ON_TOP)
    assert done.status_code == 302


def test_without_cookies_the_platforms_storage_keeps_the_secret(platform: Platform, https: None) -> None:
    tried = begin(Client(), headers=IN_FRAME, lti_storage_target="_parent")["Location"]
    page = Client().get(tried, headers=IN_FRAME)
    text = page.content.decode()
    assert 'data-act="put" data-origin="https://lms.example.edu" data-frame="_parent"' in text
    [key], [secret], [go_on] = (
        [part.split('"')[0] for part in text.split(f'data-{name}="')[1:]] for name in ("key", "value", "next")
    )
    asked = asked_of_platform(HttpResponse(status=302, headers={"Location": go_on.replace("&amp;", "&")}))
    token = signed(claims_for(asked["nonce"]))
    browser = Client()
    found = launch(browser, asked["state"], token, headers=IN_FRAME)
    assert found.status_code == 200
    assert f'data-key="{key}"' in found.content.decode()
    assert secret not in found.content.decode()
    fields = {"state": asked["state"], "id_token": token, "browser": secret}
    own = ON_TOP | {"Origin": "http://testserver"}  # by the page's button, which opens a new window
    done = browser.post(reverse("lti_launch"), fields, headers=own)
    assert (done.status_code, done.headers.get("Location")) == (302, reverse("help"))
    assert browser.post(reverse("lti_launch"), fields, headers=own).status_code == 401


def test_where_nothing_was_kept_the_page_says_what_helps(client: Client, platform: Platform, https: None) -> None:
    asked = asked_of_platform(begin(client, headers=ON_TOP))
    page = launch(Client(), asked["state"], signed(claims_for(asked["nonce"])), headers=IN_FRAME)
    assert page.status_code == 401
    assert "keeps nothing for us" in page.content.decode()
    assert "https://lms.example.edu" in ancestors(page), "else the frame would stay empty"


def test_a_new_window_is_not_advised_in_one(client: Client, platform: Platform, https: None) -> None:
    asked = asked_of_platform(begin(client, headers=ON_TOP))
    page = launch(Client(), asked["state"], signed(claims_for(asked["nonce"])), headers=ON_TOP)
    assert page.status_code == 401
    assert "keeps no cookies for us" in page.content.decode()
    assert "new window" not in page.content.decode()


def test_browsers_that_say_nothing_of_frames_try_cookies_too_and_programs_never_do(
    client: Client, platform: Platform
) -> None:
    browser = {"Upgrade-Insecure-Requests": "1"}
    tried = begin(client, headers=browser)["Location"]
    assert tried.startswith(reverse("lti_login")) and COOKIE in client.cookies
    kept = cast("HttpResponse", client.get(tried, headers=browser))
    assert asked_of_platform(kept)["state"], "it came back: no frame without cookies"
    assert b"Open in a new window" in Client().get(tried, headers=browser).content
    assert asked_of_platform(begin(Client()))["state"]


def test_who_is_signed_out_in_a_frame_is_told_so_and_signs_in_nowhere_there(platform: Platform) -> None:
    """The sign-in page is shown in no frame: the browser would put an error in its place."""
    path = reverse("account_login")
    page = Client().get(path, headers=IN_FRAME)
    assert "https://lms.example.edu" in ancestors(page)  # type: ignore[arg-type]
    assert b"You are signed out here" in page.content and b"<input" not in page.content
    on_top = Client().get(path, headers=ON_TOP)
    assert ancestors(on_top) == "'none'" and b"<input" in on_top.content  # type: ignore[arg-type]


def test_origins_of_platforms() -> None:
    assert origin_of("https://LMS.example.edu:443/auth?x") == "https://lms.example.edu"
    assert origin_of("http://127.0.0.1:8080/") == "http://127.0.0.1:8080"
    assert origin_of("https://[::1]:8443/") == "https://[::1]:8443"
    for none in ("lms", "urn:lms", "https://a b/", "https://a;b/", "https://[", "javascript:1", "https://x:70000/", ""):
        assert origin_of(none) == "", none
    canvas = Platform(
        kind=PlatformKind.CANVAS,
        issuer="https://canvas.instructure.com",
        authorization_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
        frame_origins=["https://*.school.edu/", "https://*", "*", "'self'", "https://a.edu https://b.edu"],
    )
    assert frame_origins(canvas) == [
        "https://*.instructure.com",
        "https://*.school.edu",
        "https://canvas.instructure.com",
        "https://sso.canvaslms.com",
    ]


@pytest.mark.parametrize("host", ["canvas.school.edu", "evilinstructure.com", "instructure.com.evil.example"])
def test_a_canvas_that_a_school_runs_itself_opens_us_to_no_other_school(host: str) -> None:
    canvas = Platform(
        kind=PlatformKind.CANVAS,
        issuer="https://canvas.instructure.com",
        authorization_url=f"https://{host}/api/lti/authorize_redirect",
    )
    assert frame_origins(canvas) == sorted([f"https://{host}", "https://canvas.instructure.com"])


def test_a_school_s_blackboard_may_show_us() -> None:
    blackboard = Platform(
        kind=PlatformKind.BLACKBOARD,
        issuer="https://blackboard.com",
        authorization_url="https://developer.blackboard.com/api/v1/gateway/oidcauth",
    )
    assert "https://*.blackboard.com" in frame_origins(blackboard)
    assert "https://*.blackboard.com" not in frame_origins(Platform(kind=PlatformKind.OTHER, issuer="https://a.edu"))


def test_forms_and_frames_are_allowed_one_by_one() -> None:
    response = HttpResponse()
    may_be_framed(response, ["https://lms.example.edu", "x; script-src *"])
    allow_form_to(response, "https://lms.example.edu/back?a=1")
    allow_form_to(HttpResponse(), "javascript:alert(1)")
    assert response._csp_replace == {"form-action": ["'self'", "https://lms.example.edu"]}  # type: ignore[attr-defined]


def test_a_partitioned_cookie_is_written_like_any_other() -> None:
    """http.cookies knows the attribute from Python 3.14 on only."""
    response = HttpResponse()
    response.set_cookie("a", "b c", max_age=timedelta(minutes=1), httponly=True)
    morsel = PartitionedMorsel()
    morsel.set("a", "b c", response.cookies["a"].coded_value)
    morsel.update(response.cookies["a"])
    assert morsel.output(header="") == f"{response.cookies['a'].output(header='')}; Partitioned"
