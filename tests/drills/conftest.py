"""What drills have of their own: a Redis to kill, workers to kill, a web server, and more people than a world has."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from tests.drills.crew import Crew, KillableBroker, WebServer

_HERE = Path(__file__).parent
# Short by default, so that the whole suite runs them each time; `make drills` sets DRILLS=full.
FULL = os.environ.get("DRILLS") == "full"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.drill)


@pytest.fixture
def full() -> bool:
    """Whether the drill runs in full length."""
    return FULL


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[KillableBroker]:
    broker = KillableBroker(tmp_path)
    broker.start()
    yield broker
    broker.close()


@pytest.fixture
def broker_url(own_broker: KillableBroker) -> str:
    """Replace the Redis of all tests, which must not be killed."""
    return own_broker.url


@pytest.fixture
def crew(worker_environment: dict[str, str], data_dir: Path) -> Iterator[Crew]:
    data_dir.mkdir(parents=True, exist_ok=True)
    crew = Crew(worker_environment, data_dir)
    yield crew
    crew.close()
    print(crew.last_words())  # shown of a drill that failed


@pytest.fixture
def web(
    transactional_db: None, broker: Celery, worker_environment: dict[str, str], data_dir: Path
) -> Iterator[WebServer]:
    data_dir.mkdir(parents=True, exist_ok=True)
    server = WebServer(worker_environment, data_dir)
    yield server
    server.close()
