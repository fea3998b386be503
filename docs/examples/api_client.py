"""A small client of the REST API: hands in, waits for the check, and prints what came of it.

It needs httpx (`pip install httpx`) and a token with the scopes submissions:write, submissions:read and grades:read:

    COURSEWORK_TOKEN=pcw_… python api_client.py http://127.0.0.1:8000 \
        courses/demo/assignments/playground/tasks/circle "https://playground.tensorflow.org/#…" 141 run.png
"""

import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import httpx


class Refused(Exception):
    """The API said no; the message is its own, with what is wrong with each field."""


class Coursework:
    """The API with one token. `pause` waits so many seconds between two questions."""

    def __init__(self, server: str, token: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self.http = httpx.Client(
            base_url=f"{server.rstrip('/')}/api/v1/", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        self.pause = pause

    def __enter__(self) -> Self:
        """Return itself: `with Coursework(…) as coursework` closes the connections at the end."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the connections."""
        self.http.close()

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send a request. Comes back when there were too many in this minute; raises Refused for what is refused."""
        while True:
            answer = self.http.request(method, path, **request)
            if answer.status_code not in (429, 503):
                break
            self.pause(float(answer.headers.get("Retry-After", "30")))
        if answer.is_error:
            problem = answer.json()
            fields = "".join(f" {name}: {' '.join(said)}" for name, said in problem.get("errors", {}).items())
            raise Refused(f"{problem['detail']}{fields}")
        return answer

    def pages(self, path: str, **wanted: str) -> Iterator[dict[str, Any]]:
        """Go through a list, page after page."""
        page = self.send("GET", path, params=wanted).json()
        yield from page["results"]
        while page["next"]:
            page = self.send("GET", page["next"]).json()
            yield from page["results"]

    def hand_in(self, task: str, link: str, claimed_epochs: int, pictures: Sequence[Path]) -> dict[str, Any]:
        """Hand in with screenshots, and wait until it is checked. Sent twice, it is stored once."""
        files = [("screenshots", (picture.name, picture.read_bytes())) for picture in pictures]
        answer = self.send(
            "POST",
            f"{task}/submissions/",
            data={"link": link, "claimed_epochs": str(claimed_epochs)},
            files=files,
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        where = answer.headers["Location"]
        while (submission := answer.json())["progress"] is not None:
            self.pause(float(answer.headers.get("Retry-After", "2")))
            answer = self.send("GET", where)
        found: dict[str, Any] = submission
        return found


def main(arguments: Sequence[str], *, pause: Callable[[float], None] = time.sleep) -> None:
    """Hand in what the command line names, and print the outcome and the points."""
    server, task, link, claimed_epochs, *pictures = arguments
    with Coursework(server, os.environ["COURSEWORK_TOKEN"], pause=pause) as coursework:
        submission = coursework.hand_in(task, link, int(claimed_epochs), [Path(name) for name in pictures])
        grade = coursework.send("GET", f"{task}/grades/own/").json()
    print(f"Receipt {submission['receipt_number']}: {submission['outcome']}, {submission['retrained_epochs']} epochs")
    print(
        f"{grade['points']['total']} of {grade['most']} points" if grade["released"] else "No points are released yet"
    )


if __name__ == "__main__":
    if len(sys.argv) < 6 or "COURSEWORK_TOKEN" not in os.environ:
        sys.exit(__doc__)
    try:
        main(sys.argv[1:])
    except Refused as refused:
        sys.exit(str(refused))
