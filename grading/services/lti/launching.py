"""The second half of a launch: the platform's signed message is checked, all of it, before anything is done with it."""

from dataclasses import replace
from hmac import compare_digest

import structlog
from django.utils import timezone

from grading.lti.messages import LaunchMessage, read_message
from grading.lti.refusals import Advice, LaunchRefused, MessageRefused, TokenRefused
from grading.lti.tokens import Expected, read_token
from grading.models.lti import Deployment, LoginState, Platform
from grading.services.lti.logins import hashed, is_ours
from grading.services.lti.platform_keys import platform_key

log = structlog.get_logger(__name__)

MOST_STATE = 500  # characters
_MOST_ERROR = 1000


class StateRefused(LaunchRefused):
    """The answer does not belong to a launch that began here and waits for its answer."""

    advice = Advice.CLICK_AGAIN


def finish_launch(*, state: str, id_token: str, browser_secret: str, own_origin: str = "") -> LaunchMessage:
    """Return the message of a launch; LaunchRefused (logged, and shown to operators) unless all of it holds.

    The state is used up by the first answer that brings it from the right browser, whether or not the rest holds: of
    several answers with one state and one token, exactly one gets on.
    """
    platform: Platform | None = None
    try:
        login = _waiting(state)
        platform = login.platform
        _consume(login, browser_secret)
        message = _message(login, id_token, own_origin)
    except LaunchRefused as refusal:
        note_refusal(refusal, platform)
        raise
    Platform.objects.filter(pk=message.platform.pk).update(last_launch_at=timezone.now())
    log.info("lti_launch", platform=message.platform.pk, message_type=str(message.message_type))
    return message


def login_of(state: str, browser_secret: str | None = None) -> LoginState | None:
    """Return the launch that waits for this answer; with a secret, only if it began in the browser that has it."""
    try:
        login = _waiting(state)
    except StateRefused:
        return None
    if browser_secret is not None and not compare_digest(login.browser_hash, hashed(browser_secret)):
        return None
    return login


def note_refusal(refusal: LaunchRefused, platform: Platform | None) -> None:
    """Tell the log and, where the platform is known, its operators."""
    log.warning("lti_launch_refused", reason=refusal.reason, platform=platform.pk if platform else None)
    if platform is not None:
        Platform.objects.filter(pk=platform.pk).update(
            last_error_at=timezone.now(), last_error=refusal.reason[:_MOST_ERROR]
        )


def _waiting(state: str) -> LoginState:
    if not 0 < len(state) <= MOST_STATE:
        raise StateRefused("There is no state, or one that is none of ours.")
    login = LoginState.objects.select_related("platform").filter(state_hash=hashed(state)).first()
    if login is None:
        raise StateRefused("The state is none of ours.")
    if login.consumed_at is not None:
        raise StateRefused("The state was used before.")
    if login.expires_at <= timezone.now():
        raise StateRefused("The launch took too long: its state has expired.")
    return login


def _consume(login: LoginState, browser_secret: str) -> None:
    """Use the state up; only one of several requests succeeds."""
    if not browser_secret:
        raise StateRefused("The browser kept neither our cookie nor what we stored.", advice=Advice.ALLOW_COOKIES)
    if not compare_digest(login.browser_hash, hashed(browser_secret)):
        raise StateRefused("The launch began in another browser.")
    now = timezone.now()
    ours = LoginState.objects.filter(pk=login.pk, consumed_at=None, expires_at__gt=now).update(consumed_at=now)
    if not ours:
        raise StateRefused("The state was used before.")


def _message(login: LoginState, id_token: str, own_origin: str) -> LaunchMessage:
    platform = login.platform
    if not platform.active:
        raise LaunchRefused("The platform is switched off.")
    expected = Expected(platform.issuer, platform.client_id)
    claims = read_token(id_token, expected, lambda kid: platform_key(platform, kid))
    if not compare_digest(login.nonce_hash, hashed(claims["nonce"])):
        raise TokenRefused("The token's nonce is not the one of this launch.")
    message = read_message(claims, platform)
    if not Deployment.objects.filter(platform=platform, deployment_id=message.deployment_id).exists():
        raise MessageRefused(f"The deployment {message.deployment_id!r} of the LMS is not registered here.")
    target = message.target_link_uri or login.target_link_uri
    if not is_ours(target, own_origin):
        raise MessageRefused("The token's target_link_uri is not on this server.")
    return replace(message, target_link_uri=target)
