"""The frame around every page, the error pages, and the pages to sign in and to set a password."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.csrf import csrf_failure
from django.views.defaults import bad_request, page_not_found, permission_denied, server_error

from coursework.models import User

PASSWORD = "seven-blue-circles"


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user(username="otter", email="otter@example.edu", password=PASSWORD)


def page(response: Any) -> str:
    html: str = response.content.decode()
    return html


# --- Errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_these_pages_need_neither_request_nor_database(name: str) -> None:
    # No `db` fixture: a query would fail the test. Django itself renders both without any context
    html = get_template(name).render()
    assert html.count("<h1>") == 1
    assert "/static/coursework/base.css" in html


def test_errors_answer_with_their_code_and_our_page(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    wrong = Exception("secret detail")
    answers = {
        400: bad_request(request, wrong),
        403: permission_denied(request, wrong),
        404: page_not_found(request, wrong),
        500: server_error(request),
    }
    for code, answer in answers.items():
        assert answer.status_code == code
        assert "Playground Coursework" in page(answer)
        assert "secret detail" not in page(answer)


def test_a_form_that_is_not_ours_is_explained(rf: RequestFactory) -> None:
    request = rf.post("/")
    request.user = AnonymousUser()
    answer = csrf_failure(request)
    assert answer.status_code == 403
    assert "send the form once more" in page(answer)


# --- Frame --------------------------------------------------------------------------------------------------------


def test_the_frame_of_a_visitor_has_no_navigation_but_a_way_to_sign_in() -> None:
    html = render_to_string("404.html", {"user": AnonymousUser()})
    assert 'href="#main"' in html and 'id="main"' in html
    assert '<nav class="nav-bar"' not in html
    assert reverse("account_login") in html


def test_the_frame_of_a_member_shows_where_they_are_and_signs_out_by_form(user: User) -> None:
    nav = [{"label": "Tasks", "url": "/t/", "current": True}, {"label": "<Help>", "url": "/h/", "current": False}]
    html = render_to_string("404.html", {"user": user, "nav": nav, "csrf_token": "token"})
    # Once in the bar and once in the phone's menu
    assert html.count('<a href="/t/" aria-current="page">Tasks</a>') == 2
    assert html.count("&lt;Help&gt;") == 2
    assert html.count(f'<form method="post" action="{reverse("account_logout")}">') == 2
    assert "X-CSRFToken" in html


def test_the_footer_names_the_time_zone_and_explains_verification() -> None:
    html = render_to_string("404.html", {})
    assert "Times are in the zone UTC" in html
    assert reverse("help") in html
    html = render_to_string("404.html", {"course": {"time_zone": "Europe/Zurich"}})
    assert "Times are in the course’s zone, Europe/Zurich" in html


# --- Accounts -----------------------------------------------------------------------------------------------------


def test_signing_in_asks_for_name_and_password_only(client: Client, db: None) -> None:
    html = page(client.get(reverse("account_login")))
    assert "<h1>Sign in</h1>" in html
    assert "Username or e-mail" in html
    assert html.count("Forgot your password?") == 1
    assert "note-bad" not in html


@pytest.mark.parametrize("name", ["otter", "otter@example.edu"])
def test_name_and_address_both_sign_in(client: Client, user: User, name: str) -> None:
    answer = client.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    assert answer.status_code == 302
    # The page itself shows that it worked; a message would only say it again
    assert 'class="messages"' not in page(client.get(reverse("help")))


def test_a_wrong_password_is_said_on_top_and_the_name_stays(client: Client, user: User) -> None:
    html = page(client.post(reverse("account_login"), {"login": "otter", "password": "wrong"}))
    assert html.index('class="note note-bad" role="alert"') < html.index("<form class")
    assert 'value="otter"' in html
    assert "wrong" not in html.split("<form class")[1]


def test_signing_out_asks_first(client: Client, user: User) -> None:
    client.force_login(user)
    assert "runs that are under way go on" in page(client.get(reverse("account_logout")))
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_set_by_a_link(client: Client, user: User) -> None:
    address = reverse("account_reset_password")
    assert "<h1>Forgotten password</h1>" in page(client.get(address))
    answer = client.post(address, {"email": "otter@example.edu"}, follow=True)
    assert "Look into your mail" in page(answer)
    link = next(word for word in str(mail.outbox[0].body).split() if "/accounts/" in word)
    form = client.get(link, follow=True)
    assert "<h1>New password</h1>" in page(form)
    key_address = form.redirect_chain[-1][0]
    short = client.post(key_address, {"password1": "ab", "password2": "ab"})
    assert 'aria-invalid="true"' in page(short)
    done = client.post(key_address, {"password1": "a-new-orange-line", "password2": "a-new-orange-line"}, follow=True)
    assert "Your new password is set" in page(done)
    user.refresh_from_db()
    assert user.check_password("a-new-orange-line")


def test_a_used_link_says_what_to_do(client: Client, db: None) -> None:
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "no-key"})
    assert "This link has ended" in page(client.get(address))


def test_the_password_can_be_changed(client: Client, user: User) -> None:
    client.force_login(user)
    address = reverse("account_change_password")
    assert "<h1>Change password</h1>" in page(client.get(address))
    fields = {"oldpassword": PASSWORD, "password1": "a-new-orange-line", "password2": "a-new-orange-line"}
    client.post(address, fields)
    user.refresh_from_db()
    assert user.check_password("a-new-orange-line")
    assert "Your password is changed." in page(client.get(reverse("help")))


def test_other_pages_of_allauth_have_our_frame(client: Client, user: User) -> None:
    client.force_login(user)
    html = page(client.get(reverse("account_email")))
    assert 'class="top"' in html and 'class="btn' in html
    assert "style=" not in html
