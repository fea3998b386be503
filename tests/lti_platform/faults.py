"""What goes wrong on the way to an LMS, drawn from a seed so that a failure can be seen again."""

import random
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Faults:
    """Switches of what goes wrong at the platform's services (token, roster, gradebook).

    error_rate: the share of requests that are answered by one of `statuses` and not carried out.
    lost_rate: the share that is carried out and then answered 502, as by a proxy that gave up.
    slow: the longest wait before a request is carried out; of two at once the later may be first.
    rate_limited: so many next requests are refused as Canvas does when a tool is too fast.
    paths: only requests whose path contains this.
    """

    error_rate: float = 0.0
    lost_rate: float = 0.0
    slow: float = 0.0
    statuses: tuple[int, ...] = (500, 502, 503, 429)
    rate_limited: int = 0
    down: bool = False
    paths: str = ""
    seed: int = 20261123
    counted: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()

    def before(self, path: str) -> tuple[int, str] | None:
        """Wait if slow; return the (status, text) of a request that is not carried out, else None."""
        if self.paths not in path:
            return None
        with self._lock:
            chance, wait = self._random.random(), self._random.random() * self.slow
            status = self._random.choice(self.statuses)
            limited = self.rate_limited > 0
            self.rate_limited -= limited
        time.sleep(wait)
        if self.down:
            return self._count("down", 503, "The LMS is under maintenance.")
        if limited:
            return self._count("rate_limited", 403, "403 Forbidden (Rate Limit Exceeded)")
        if chance < self.error_rate:
            return self._count("errors", status, f"Made up error {status}.")
        return None

    def loses(self, path: str) -> bool:
        """Say whether the answer to a request that was carried out gets lost."""
        if self.paths not in path:
            return False
        with self._lock:
            lost = self._random.random() < self.lost_rate
        if lost:
            self._count("lost", 502, "")
        return lost

    def _count(self, name: str, status: int, text: str) -> tuple[int, str]:
        with self._lock:
            self.counted[name] = self.counted.get(name, 0) + 1
        return status, text
