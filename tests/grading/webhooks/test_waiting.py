"""Who waits for a change of a webhook, and who doesn't."""

from functools import partial

import pytest
from django.db import connection, transaction

from grading.models import Webhook, WebhookDelivery
from grading.services.webhooks.managing import Wanted, change_secret, change_webhook
from tests.beside import beside
from tests.world import World, hand_in, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_a_hand_in_does_not_wait_for_a_change_of_the_webhook_that_is_told_of_it(world: World) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("one transaction after the other anyway")
    events = ["submission.received"]
    url = "https://hooks.example.org/"
    webhook = Webhook.objects.create(course=world.course, name="Hook", url=url, secret="s", events=events)
    with beside() as begin, transaction.atomic():
        wanted = Wanted("Another name", url, events)
        change_webhook(webhook=webhook, actor=world.instructor.user, wanted=wanted)
        change_secret(webhook=webhook, actor=world.instructor.user)
        handed_in = begin(partial(hand_in, world.task, world.owner))
        assert handed_in().enrollment == world.owner
    assert WebhookDelivery.objects.get().webhook == webhook
