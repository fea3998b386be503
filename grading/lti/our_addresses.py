"""Our own addresses, as they are registered with an LMS: these have to be the same to the letter on both sides."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from coursework.public_address import public_address


@dataclass(frozen=True, slots=True)
class OurAddresses:
    """Where an LMS finds us. `launch` is the only redirect address, and where every link of ours leads at first."""

    login: str
    launch: str
    keys: str
    icon: str
    domain: str


def our_addresses() -> OurAddresses:
    """Return our addresses, below PUBLIC_URL."""
    return OurAddresses(
        login=public_address("/lti/login/"),
        launch=public_address("/lti/launch/"),
        keys=public_address("/lti/keys/"),
        icon=public_address("/static/coursework/icon.svg"),
        domain=urlsplit(settings.PUBLIC_URL).netloc,
    )
