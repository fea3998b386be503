"""Launch messages as they come out of a checked token, and a platform that sends them."""

from typing import Any

from django.test import Client
from django.urls import reverse
from pytest import MonkeyPatch

from coursework.models import Course, User
from grading.lti import claims as names
from grading.lti.messages import LaunchMessage, read_message
from grading.models import Deployment, LmsCourse, Platform

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
ASSISTANT = f"{MEMBERSHIP}/Instructor#TeachingAssistant"
ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
MEMBERS_URL = "https://lms.example.edu/members/7"
ITEM_URL = "https://lms.example.edu/items/1/lineitem?type_id=4"
RETURN_URL = "https://lms.example.edu/deep/return"


def make_platform(**fields: Any) -> Platform:
    """A platform with one deployment, 'd1'."""
    values = {
        "name": "Moodle of the school",
        "kind": "moodle",
        "issuer": "https://lms.example.edu",
        "client_id": "client-1",
        "authorization_url": "https://lms.example.edu/auth",
        "token_url": "https://lms.example.edu/token",
        "jwks_url": "https://lms.example.edu/keys",
    }
    platform = Platform.objects.create(**(values | fields))
    Deployment.objects.create(platform=platform, deployment_id="d1")
    return platform


def make_lms_course(platform: Platform, course: Course, context: str = "c7", **fields: Any) -> LmsCourse:
    """A course of the LMS that is connected already."""
    deployment = Deployment.objects.get(platform=platform)
    values = {"title": "Networks 101", "memberships_url": MEMBERS_URL}
    return LmsCourse.objects.create(deployment=deployment, context_id=context, course=course, **(values | fields))


def message(
    platform: Platform, subject: str = "u1", roles: tuple[str, ...] = (LEARNER,), **fields: Any
) -> LaunchMessage:
    """A launch of a link. Fields: custom, context, link, email, name, given, family, number, item, target, claims."""
    claims: dict[str, Any] = {
        "sub": subject,
        "name": fields.get("name", "Ada Ash"),
        "given_name": fields.get("given", "Ada"),
        "family_name": fields.get("family", "Ash"),
        "email": fields.get("email", "ada@example.edu"),
        names.LTI_VERSION: names.VERSION,
        names.DEPLOYMENT_ID: "d1",
        names.MESSAGE_TYPE: names.RESOURCE_LINK_REQUEST,
        names.ROLES: list(roles),
        names.RESOURCE_LINK: {"id": fields.get("link", "r1"), "title": "A link"},
        names.TARGET_LINK_URI: fields.get("target", "http://127.0.0.1:8000/lti/launch/"),
        names.CUSTOM: fields.get("custom", {}),
        names.NRPS: {"context_memberships_url": MEMBERS_URL},
        names.LIS: {"person_sourcedid": fields.get("number", "")},
    }
    if fields.get("context", "c7"):
        claims[names.CONTEXT] = {"id": fields.get("context", "c7"), "title": "Networks 101", "label": "NN"}
    if "item" in fields:
        claims[names.AGS] = {"scope": [names.SCOPE_SCORE], "lineitem": fields["item"], "lineitems": f"{ITEM_URL}s"}
    return read_message(claims | fields.get("claims", {}), platform)


def deep_message(
    platform: Platform, subject: str = "t1", roles: tuple[str, ...] = (INSTRUCTOR,), **fields: Any
) -> LaunchMessage:
    """A teacher's deep linking request; `settings` replaces members of it."""
    settings = {
        "deep_link_return_url": RETURN_URL,
        "accept_types": ["ltiResourceLink"],
        "accept_multiple": True,
        "data": "opaque-1",
    }
    claims = {
        names.MESSAGE_TYPE: names.DEEP_LINKING_REQUEST,
        names.DEEP_LINKING_SETTINGS: settings | fields.pop("settings", {}),
    }
    return message(platform, subject, roles, claims=claims, **fields)


def launch(browser: Client, monkeypatch: MonkeyPatch, sent: LaunchMessage) -> Any:
    """Launch by the page: the token is taken as checked."""
    monkeypatch.setattr("grading.views.lti_launch.finish_launch", lambda **_: sent)
    return browser.post(reverse("lti_launch"), {"state": "s", "id_token": "t"})


def user_of(browser: Client) -> User | None:
    """Who is signed in in a browser."""
    pk = browser.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None
