"""Registering with an LMS by its own description: links for it, and the registration itself."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from coursework.models import User
from coursework.services.events import record
from grading.lti.our_addresses import our_addresses
from grading.lti.registration import (
    ConfigurationRefused,
    PlatformConfiguration,
    Registration,
    platform_name,
    read_configuration,
    read_registration,
    tool_registration,
)
from grading.models import Deployment, Platform, RegistrationLink
from grading.outbound.addresses import AddressRefused, Party, check_url
from grading.outbound.fetching import Answer, NotReached, fetch

LINK_LASTS = timedelta(days=7)
SECONDS = 15.0  # for each of the two requests: an LMS that has to wake up first would register us, and we not it
_MOST_WORDS = 500


class RegistrationRefused(Exception):
    """The registration did not happen, and the link can be used again. `words` are the LMS's own, if it said any."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.words = words.strip()[:_MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration that holds, and what of ours the LMS does not offer."""

    platform: Platform
    deployment_id: str
    missing_scopes: tuple[str, ...]


def make_registration_link(*, by: User | None, note: str = "") -> tuple[RegistrationLink, str]:
    """Make a link for one registration; its token is returned here and never again. Without `by` a command made it."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        link = RegistrationLink.objects.create(
            token_hash=_hash(token), note=note, created_by=by, expires_at=timezone.now() + LINK_LASTS
        )
        record(action="platform.link_made", actor=by, subject=note)
    return link, token


def usable_link(token: str) -> RegistrationLink | None:
    """Return the link that a token belongs to, while it may be used."""
    found = RegistrationLink.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=timezone.now())
    return found.select_related("created_by").first()


def withdraw_link(*, link: RegistrationLink, by: User) -> None:
    """End a link that was not used."""
    with transaction.atomic():
        ended = RegistrationLink.objects.filter(pk=link.pk, used_at=None).delete()[0]
        if ended:
            record(action="platform.link_withdrawn", actor=by, subject=link.note)


def register(
    *, link: RegistrationLink, configuration_url: str, registration_token: str, framed_by: str = ""
) -> Registered:
    """Register us with the LMS whose configuration lies there, and store it; raises RegistrationRefused.

    Two requests to the LMS come first, outside of any transaction. What fails leaves the link as it was.
    """
    configuration = _configuration(configuration_url, registration_token)
    registration = _ask_registration(configuration, registration_token)
    try:
        platform = _store(link, configuration, registration, configuration_url, framed_by)
    except IntegrityError:
        raise RegistrationRefused(
            f"The LMS registered us as {registration.client_id}, which is registered here already. Remove it there."
        ) from None
    return Registered(platform, registration.deployment_id, configuration.missing_scopes)


def _configuration(url: str, registration_token: str) -> PlatformConfiguration:
    """Fetch and read the configuration. Canvas wants its token for this already."""
    answer = _asked("GET", url, registration_token, what="its configuration")
    try:
        found = read_configuration(answer.text, asked_at=url)
        for address in (found.authorization_url, found.token_url, found.jwks_url, found.registration_url):
            check_url(address, Party.LMS)
    except (ConfigurationRefused, AddressRefused) as refused:
        raise RegistrationRefused(str(refused)) from None
    return found


def _ask_registration(configuration: PlatformConfiguration, registration_token: str) -> Registration:
    body = json.dumps(tool_registration(our_addresses())).encode()
    answer = _asked("POST", configuration.registration_url, registration_token, body=body, what="to register us")
    try:
        return read_registration(answer.text)
    except ConfigurationRefused as refused:
        raise RegistrationRefused(str(refused), answer.text) from None


def _asked(method: str, url: str, token: str, *, what: str, body: bytes | None = None) -> Answer:
    headers = {"Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        answer = fetch(method, url, party=Party.LMS, headers=headers, body=body, seconds=SECONDS)
    except NotReached as problem:
        raise RegistrationRefused(f"We asked the LMS {what}, and got no answer.", str(problem)) from None
    if answer.status not in (200, 201):
        raise RegistrationRefused(f"We asked the LMS {what}, and it answered {answer.status}.", answer.text)
    return answer


@transaction.atomic
def _store(
    link: RegistrationLink,
    configuration: PlatformConfiguration,
    registration: Registration,
    configuration_url: str,
    framed_by: str,
) -> Platform:
    platform = _known(configuration, registration) or Platform.objects.create(
        name=platform_name(configuration, configuration_url),
        kind=configuration.kind,
        issuer=configuration.issuer,
        client_id=registration.client_id,
        authorization_url=configuration.authorization_url,
        token_url=configuration.token_url,
        token_audience=configuration.token_audience,
        jwks_url=configuration.jwks_url,
        frame_origins=[framed_by] if framed_by else [],
        created_by=link.created_by,
    )
    if registration.deployment_id:
        Deployment.objects.get_or_create(platform=platform, deployment_id=registration.deployment_id)
    used = RegistrationLink.objects.filter(pk=link.pk, used_at=None)
    if not used.update(used_at=timezone.now(), platform=platform):
        raise RegistrationRefused("The link was used a moment ago. The LMS may list us twice now: remove one there.")
    record(action="platform.registered", actor=link.created_by, subject=platform.name, issuer=platform.issuer)
    return platform


def _known(configuration: PlatformConfiguration, registration: Registration) -> Platform | None:
    """Return the registration that the LMS has brought up to date; Moodle offers that where it has a tool of ours.

    All its addresses have to be those that are known: nobody takes over another's registration, or its keys.
    """
    return Platform.objects.filter(
        issuer=configuration.issuer,
        client_id=registration.client_id,
        authorization_url=configuration.authorization_url,
        token_url=configuration.token_url,
        jwks_url=configuration.jwks_url,
    ).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
