"""A thousand students cost as many queries as a hundred, and not more than about ten times the time.

Times of one run are compared with each other only: how fast a machine is, is for `make bench-pages` to say.
"""

import pytest

from grading.services.make_class import Wanted, make_class
from tests.grading.bench_pages import measure

pytestmark = pytest.mark.django_db
PAGES = ("gradebook", "gradebook, all at once")
MOST_TIMES = 20  # ten times the students, and room for a machine that is busy with other things


def test_time_grows_with_the_class_and_queries_do_not() -> None:
    costs = {}
    for students in (100, 1000):
        make_class(Wanted(slug=f"of-{students}", students=students, graded_percent=50))
        costs[students] = measure(f"of-{students}", pages=PAGES, rounds=2)
    for name in PAGES:
        few, many = costs[100][name], costs[1000][name]
        print(f"{name}: {few.cpu:.2f} s for 100 students, {many.cpu:.2f} s for 1,000, {many.queries} queries")
        assert many.queries == few.queries <= 20, name
        assert many.cpu <= MOST_TIMES * few.cpu, name
