"""A program with a token, as tests of the API write it: paths below /api/v1/, JSON both ways."""

from typing import Any

from coursework.models import Task
from grading.grades.keys import grade_key
from tests.grading.api.matrix import client, token, user_of
from tests.world import World


class Program:
    """Asks for one person. Every answer is checked to be no page and no fault of ours."""

    def __init__(self, world: World, who: str) -> None:
        self.client = client(token(user_of(world, who)))

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        url = path if path.startswith("http") else f"/api/v1/{path}"
        sent: dict[str, Any] = {} if body is None else {"data": body, "content_type": "application/json"}
        response = getattr(self.client, method)(
            url, headers={k.replace("_", "-"): v for k, v in headers.items()}, **sent
        )
        assert response.status_code < 500, response.content[:400]
        return response

    def get(self, path: str, **headers: str) -> Any:
        return self("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("post", path, body or {}, **headers)


def task_path(task: Task) -> str:
    return f"courses/{task.assignment.course.slug}/assignments/{task.assignment.slug}/tasks/{task.slug}/"


def work_path(task: Task, enrollment: int) -> str:
    return f"{task_path(task)}grades/{grade_key(task.pk, enrollment)}/"
