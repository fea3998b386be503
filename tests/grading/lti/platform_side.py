"""Launches for tests: the platform's half, with real signatures, and the browser's half by Django's client."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from grading.lti import claims as names
from grading.lti.key_sets import public_jwk
from grading.models.lti import Deployment, Platform
from grading.outbound.fetching import Answer
from tests.grading.lti.keys import rsa_key

ISSUER = "https://lms.example.edu"
KID = "platform-key"
TARGET = "http://testserver/lti/launch/"
GONE = object()  # the value of what a test takes out


def platform_row(**changed: Any) -> Platform:
    """Store a platform with one deployment."""
    fields: dict[str, Any] = {
        "name": "School",
        "issuer": ISSUER,
        "client_id": "tool-1",
        "authorization_url": "https://lms.example.edu/auth",
        "token_url": "https://lms.example.edu/token",
        "jwks_url": "https://lms.example.edu/keys",
    }
    platform = Platform.objects.create(**(fields | changed))
    Deployment.objects.create(platform=platform, deployment_id="1")
    return platform


@dataclass
class KeysAddress:
    """Stands in for `fetch`: answers with a platform's keys and counts how often it is asked."""

    keys: list[dict[str, Any]] = field(default_factory=lambda: [public_jwk(rsa_key().public_key(), KID)])
    asked: int = 0
    error: Exception | None = None

    def __call__(self, _method: str, _url: str, **_options: Any) -> Answer:
        self.asked += 1
        if self.error:
            raise self.error
        return Answer(200, {}, json.dumps({"keys": self.keys}).encode())


def begin(client: Client, *, headers: Mapping[str, str] | None = None, **changed: Any) -> HttpResponse:
    """Ask for a launch, as the platform makes the browser do."""
    fields = {
        "iss": ISSUER,
        "login_hint": "person-7",
        "target_link_uri": TARGET,
        "lti_message_hint": "hint & more",
        "client_id": "tool-1",
    }
    sent = {name: value for name, value in (fields | changed).items() if value is not GONE}
    response: HttpResponse = client.get(reverse("lti_login"), sent, headers=dict(headers or {}))  # type: ignore[assignment]
    return response


def asked_of_platform(response: HttpResponse) -> dict[str, str]:
    """Return what our redirect asks the platform for."""
    assert response.status_code == 302, response.content
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


def claims_for(nonce: str, /, **changed: Any) -> dict[str, Any]:
    """Return the claims of a student's launch; GONE takes one out."""
    now = int(time.time())
    found: dict[str, Any] = {
        "iss": ISSUER,
        "aud": "tool-1",
        "sub": "person-7",
        "exp": now + 300,
        "iat": now,
        "nonce": nonce,
        names.MESSAGE_TYPE: names.RESOURCE_LINK_REQUEST,
        names.LTI_VERSION: "1.3.0",
        names.DEPLOYMENT_ID: "1",
        names.TARGET_LINK_URI: TARGET,
        names.RESOURCE_LINK: {"id": "link-1"},
        names.ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        names.CONTEXT: {"id": "course-1", "title": "Machine Learning"},
        "name": "Ada Lovelace",
        "email": "ada@example.edu",
    }
    return {name: value for name, value in (found | changed).items() if value is not GONE}


def signed(
    claims: Mapping[str, Any],
    *,
    key: RSAPrivateKey | str | None = None,
    algorithm: str = "RS256",
    **header: Any,
) -> str:
    """Return a token of the platform; `kid=None` leaves the kid out."""
    headers = {name: value for name, value in ({"kid": KID} | header).items() if value is not None}
    content = json.dumps(claims).encode()  # whatever they are: PyJWT would not write all that it reads
    return jwt.PyJWS().encode(content, rsa_key() if key is None else key, algorithm=algorithm, headers=headers)


def launch(client: Client, state: str, id_token: str, **more: Any) -> HttpResponse:
    """Bring the platform's answer, as the browser does."""
    fields = {"state": state, "id_token": id_token}
    response: HttpResponse = client.post(reverse("lti_launch"), fields, **more)  # type: ignore[assignment]
    return response
