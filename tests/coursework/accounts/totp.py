"""A telephone with an app for one-time codes, for tests."""

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

from coursework.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now(secret: str = SECRET) -> str:
    """What the app shows now; a neighbour of it would hold as well, since clocks differ."""
    counters = list(yield_hotp_counters_from_time())
    code: str = format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
    return code


def set_up(user: User) -> None:
    """Give a person the second step with the secret above."""
    TOTP.activate(user, SECRET)
