"""A student's and an assistant's programs. They know the API's documentation, and nothing of this project's code."""

import uuid
from collections.abc import Callable
from typing import Any, Self

import httpx


class Program:
    """Asks with a token. `pause` lets so many seconds pass."""

    def __init__(self, server: str, token: str, pause: Callable[[float], None]) -> None:
        self.http = httpx.Client(base_url=f"{server}/api/v1/", headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self.pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        answer = self.http.request(method, path, **request)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer

    def get(self, path: str, **query: str) -> Any:
        return self.ask("GET", path, params=query or None).json()

    def settled(self, answer: httpx.Response) -> Any:
        """Ask again at the address that the answer names, as often as it says, until there is a result."""
        where = answer.headers["Location"]
        while answer.status_code == 202 or "Retry-After" in answer.headers:
            self.pause(float(answer.headers["Retry-After"]))
            answer = self.ask("GET", where)
        return answer.json()


class Student(Program):
    """Finds the task, practises, hands in, reads the grade and asks for a second look."""

    task = ""

    def find_task(self) -> Any:
        [course] = self.get("courses/")["results"]
        [assignment] = self.get(f"courses/{course['slug']}/assignments/")["results"]
        where = f"courses/{course['slug']}/assignments/{assignment['slug']}/tasks/"
        [task] = self.get(where)["results"]
        self.course, self.task = f"courses/{course['slug']}/", f"{where}{task['slug']}/"
        return self.get(self.task)

    def practise(self, link: str) -> Any:
        return self.settled(self.ask("POST", f"{self.task}practice/runs/", json={"link": link}))

    def hand_in(self, link: str, epochs: int, picture: bytes) -> Any:
        answer = self.ask(
            "POST",
            f"{self.task}submissions/",
            data={"link": link, "claimed_epochs": str(epochs)},
            files={"screenshots": ("run.png", picture, "image/png")},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        return self.settled(answer)

    def grade(self) -> Any:
        return self.get(f"{self.task}grades/own/")

    def ask_for_a_second_look(self, part: str, reason: str) -> Any:
        return self.ask("POST", f"{self.task}regrades/", json={"part": part, "reason": reason}).json()

    def close(self, request: int) -> Any:
        return self.ask("POST", f"{self.course}regrades/{request}/close/").json()


class Assistant(Program):
    """Grades what waits by the rubric, releases, downloads the grades and answers second looks."""

    def __init__(self, server: str, token: str, pause: Callable[[float], None], *, course: str, task: str) -> None:
        super().__init__(server, token, pause)
        self.course, self.task = course, task

    def waiting(self) -> list[Any]:
        return list(self.get(f"{self.course}grades/", ungraded="true", limit="1")["results"])

    def grade_with(self, title: str, comment: str) -> int:
        """Tick the rubric item with this title for everybody who waits; returns for how many."""
        groups = self.get(f"{self.task}rubric/")["groups"]
        [item] = [one["id"] for group in groups for one in group["items"] if one["title"] == title]
        graded = 0
        while waiting := self.waiting():
            review = f"{self.task}grades/{waiting[0]['key']}/review/"
            seen = self.ask("GET", review)
            decision = {"items": [item], "comment": comment}
            self.ask("PUT", review, json=decision, headers={"If-Match": seen.headers["ETag"]})
            graded += 1
        return graded

    def release(self) -> Any:
        return self.ask("POST", f"{self.task}grades/release/", json={"everybody": True}).json()

    def download(self) -> str:
        [grades] = [one for one in self.get(f"{self.course}exports/")["results"] if one["report"] == "grades"]
        [url] = [file["url"] for file in grades["files"] if file["format"] == "csv"]
        return self.ask("GET", url).text

    def answer_all(self, answer: str, text: str) -> int:
        asked = self.get(f"{self.course}regrades/", state="open")["results"]
        for one in asked:
            self.ask("POST", f"{self.course}regrades/{one['id']}/answer/", json={"answer": answer, "text": text})
        return len(asked)
