"""Why a launch is refused: one reason for the operators, and for the person only what they can do about it."""

from enum import StrEnum


class Advice(StrEnum):
    """What the person can do; a stranger learns no more than this."""

    CLICK_AGAIN = "click_again"
    ALLOW_COOKIES = "allow_cookies"
    TELL_STAFF = "tell_staff"


class LaunchRefused(Exception):
    """A launch can't be accepted. `reason` is for the log and for the operators' page, never for the answer."""

    advice = Advice.TELL_STAFF

    def __init__(self, reason: str, *, advice: Advice | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice or type(self).advice


class TokenRefused(LaunchRefused):
    """The signed token can't be trusted, or was not meant for us."""


class MessageRefused(LaunchRefused):
    """The token is genuine, and what it says can't be used."""
