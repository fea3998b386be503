"""What a session remembers of the launch that it came from."""

from dataclasses import asdict, dataclass

from django.contrib.sessions.backends.base import SessionBase

_KEY = "lti_launch"


@dataclass(frozen=True, slots=True)
class Launched:
    """The platform's row; whether we are shown in a frame; the LMS's page to go back to, if it named one.

    `across_sites`: the frame is one of another site's page, as the browser counts sites.
    """

    platform: int
    framed: bool
    return_url: str = ""
    across_sites: bool = False


def launched(session: SessionBase) -> Launched | None:
    """Return the launch that the session came from; None if it came from none."""
    found = session.get(_KEY)
    return Launched(**found) if isinstance(found, dict) else None


def remember_launch(session: SessionBase, launch: Launched) -> None:
    """Keep the launch. A session that is shown in a frame once stays fit for it, whatever is launched next to it."""
    before = launched(session)
    framed = launch.framed or (before is not None and before.framed and before.platform == launch.platform)
    session[_KEY] = asdict(launch) | {"framed": framed}
