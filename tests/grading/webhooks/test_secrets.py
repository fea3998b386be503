"""Secrets of webhooks: sealed in the database, through a change of SECRET_KEY and through the migration."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as at_start
from django.core.management import call_command
from django.utils import timezone

from grading.models import DeliveryState, Webhook, WebhookDelivery
from grading.outbound.fetching import Answer
from grading.services.sealing import SealBroken, Use, seal, unseal
from grading.services.sealing_anew import seal_anew
from grading.services.webhooks import sending
from grading.services.webhooks.managing import change_secret
from grading.services.webhooks.secrets import opened
from grading.services.webhooks.sending import send_delivery
from tests.grading.webhooks.hooks import webhook
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
migration = import_module("grading.migrations.0010_sealed_webhook_secrets")
EARLIER = at_start.SECRET_KEY


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def new_key(settings: Any) -> Callable[..., None]:
    """Change the installation's secret, with these earlier ones still known."""

    def change(*earlier: str) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next secret", list(earlier)

    return change


@pytest.fixture
def signatures(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let every message arrive; returns by how many secrets each was signed."""
    counts: list[int] = []

    def fetch(*_: Any, headers: dict[str, str], **_more: Any) -> Answer:
        counts.append(len(headers["Webhook-Signature"].split()))
        return Answer(200)

    monkeypatch.setattr(sending, "fetch", fetch)
    return counts


def sent(hook: Webhook) -> WebhookDelivery:
    delivery = WebhookDelivery.objects.create(webhook=hook, event="submission.received", due_at=timezone.now())
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def test_the_database_holds_no_secret_of_a_webhook(world: World) -> None:
    hook = webhook(world)
    new = change_secret(webhook=hook, actor=world.instructor.user)
    row = Webhook.objects.values().get()
    assert "whsec_" not in str(row)
    assert (opened(row["secret"]), opened(row["earlier_secret"])) == (new, opened(hook.secret))


def test_what_is_sealed_for_one_use_is_not_opened_for_another() -> None:
    with pytest.raises(SealBroken):
        unseal(seal(b"a secret", Use.WEBHOOK_SECRETS), Use.LTI_KEYS)


def test_after_a_change_of_the_key_the_sweeper_seals_anew_so_that_the_old_key_can_go(
    world: World, new_key: Callable[..., None]
) -> None:
    hook = webhook(world)
    change_secret(webhook=hook, actor=world.instructor.user)
    before = Webhook.objects.get()
    secrets = opened(before.secret), opened(before.earlier_secret)
    new_key(EARLIER)
    call_command("sweep", "--once", verbosity=0)
    new_key()
    after = Webhook.objects.get()
    assert (opened(after.secret), opened(after.earlier_secret)) == secrets
    assert seal_anew() == 0


def test_without_the_old_key_messages_say_so_and_wait_for_it(
    world: World, new_key: Callable[..., None], signatures: list[int]
) -> None:
    hook = webhook(world)
    new_key()
    assert seal_anew() == 0
    delivery = sent(hook)
    assert (delivery.state, delivery.answer) == (DeliveryState.WAITING, sending.NOT_SIGNED)
    assert signatures == []
    new_key(EARLIER)
    assert sent(hook).state == DeliveryState.DELIVERED


def test_without_the_old_key_a_new_secret_signs_alone(
    world: World, new_key: Callable[..., None], signatures: list[int]
) -> None:
    hook = webhook(world)
    new_key()
    change_secret(webhook=hook, actor=world.instructor.user)
    assert sent(hook).state == DeliveryState.DELIVERED
    assert signatures == [1]


def test_the_migration_seals_what_is_there_and_opens_it_on_the_way_back(world: World) -> None:
    hook = webhook(world)
    other = webhook(world)
    Webhook.objects.filter(pk=hook.pk).update(secret="whsec_new=", earlier_secret="whsec_old=")
    Webhook.objects.filter(pk=other.pk).update(secret="whsec_only=")
    migration.seal_secrets(apps, None)
    hook.refresh_from_db()
    other.refresh_from_db()
    assert "whsec_" not in hook.secret + hook.earlier_secret + other.secret
    assert (opened(hook.secret), opened(hook.earlier_secret)) == ("whsec_new=", "whsec_old=")
    assert (opened(other.secret), other.earlier_secret) == ("whsec_only=", "")
    migration.open_secrets(apps, None)
    rows = list(Webhook.objects.order_by("pk").values_list("secret", "earlier_secret"))
    assert rows == [("whsec_new=", "whsec_old="), ("whsec_only=", "")]


def test_the_way_back_names_what_it_misses(world: World, new_key: Callable[..., None]) -> None:
    webhook(world)
    new_key()
    with pytest.raises(SealBroken, match="SECRET_KEY_FALLBACKS"):
        migration.open_secrets(apps, None)
