"""Who waits for a change of a course's people, and who doesn't."""

from functools import partial

import pytest
from django.db import connection, transaction

from coursework.services.people import lock_people
from tests.beside import beside
from tests.world import World, hand_in, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_a_hand_in_does_not_wait_for_a_change_of_the_courses_people(world: World) -> None:
    """The change may be waiting for that student's own row: then neither of the two would ever go on."""
    if not connection.features.has_select_for_update:
        pytest.skip("one transaction after the other anyway")
    with beside() as begin, transaction.atomic():
        lock_people(world.course)
        handed_in = begin(partial(hand_in, world.task, world.owner))
        assert handed_in().enrollment == world.owner
