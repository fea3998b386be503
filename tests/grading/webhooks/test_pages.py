"""Pages of webhooks: what is entered, the secret shown once, and the log in the other side's words."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.forms_setup.assignments import AssignmentForm
from coursework.models import Event
from grading.models import DeliveryState, SignKind, Webhook, WebhookDelivery
from grading.services.webhooks import managing
from grading.services.webhooks.secrets import opened
from grading.services.workers import give_sign
from grading.webhook_reads import PAGE
from tests.grading.webhooks.hooks import ALL, webhook
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.org/in?key=s3cr3t"


@pytest.fixture
def world() -> World:
    return make_world()


def get(world: World, name: str, **keys: Any) -> str:
    response = world.client("instructor").get(reverse(name, kwargs={"course": world.course.slug, **keys}))
    assert response.status_code == 200
    return response.content.decode()


def post(world: World, name: str, data: dict[str, Any] | None = None, **keys: Any) -> Any:
    url = reverse(name, kwargs={"course": world.course.slug, **keys})
    return world.client("instructor").post(url, data or {}, follow=True)


def test_from_nothing_to_a_webhook_whose_secret_is_shown_once(world: World) -> None:
    assert "No webhooks yet" in get(world, "webhooks")
    setup = get(world, "course_setup")
    assert reverse("webhooks", kwargs={"course": world.course.slug}) in setup
    made = post(world, "webhook_new", {"name": "Bot", "url": URL, "events": ALL[:2]}).content.decode()
    hook = Webhook.objects.get()
    assert (hook.name, hook.url, hook.events, hook.active) == ("Bot", URL, list(ALL[:2]), True)
    assert hook.created_by == world.instructor.user
    secret = opened(hook.secret)
    assert secret in made and hook.secret not in made and "Shown this once" in made
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    for page in (
        get(world, "webhooks"),
        get(world, "webhook", webhook=hook.pk),
        get(world, "webhook_edit", webhook=hook.pk),
    ):
        assert secret not in page
        assert "Bot" in page
    event = Event.objects.get(action="webhook.made")
    assert (event.actor, event.details) == (world.instructor.user, {"name": "Bot", "events": sorted(ALL[:2])})
    assert "s3cr3t" not in str(Event.objects.values_list("details", flat=True))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "", "Missing: the address that messages are posted to."),
        ("url", "http://hooks.example.org/", "Only https is allowed."),
        ("url", "https://10.0.0.7/", "10.0.0.7 is not a public address"),
        ("url", "https://2130706433/", "has a number where a name should be"),
        ("url", "https://me:word@hooks.example.org/", "may not hold a user name or password"),
        ("url", "hooks.example.org", "is not an address that starts with https://"),
        ("url", "https://" + "a" * 500, "500"),
        ("name", "", "Missing: what you know this webhook by."),
        ("name", "a" * 81, "80"),
        ("events", [], "Choose at least one."),
        ("events", ["webhook.test"], "webhook.test is nothing that a webhook can be told"),
    ],
)
def test_what_is_wrong_stands_at_its_field(world: World, settings: Any, field: str, value: Any, said: str) -> None:
    settings.WEBHOOK_NETWORKS = []
    values = {"name": "Bot", "url": URL, "events": ALL} | {field: value}
    response = post(world, "webhook_new", values)
    assert response.status_code == 422
    assert [said in " ".join(errors) for errors in response.context["form"].errors.values()] == [True]
    assert list(response.context["form"].errors) == [field]
    hook = webhook(world)
    assert post(world, "webhook_edit", values, webhook=hook.pk).status_code == 422
    assert Webhook.objects.get().name == "Grade book"


def test_a_course_has_so_many_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managing, "MOST", 1)
    webhook(world)
    response = post(world, "webhook_new", {"name": "Bot", "url": URL, "events": ALL})
    assert response.status_code == 422
    assert b"A course has 1 webhooks at most" in response.content


def test_editing_switches_on_again_what_we_switched_off(world: World) -> None:
    hook = webhook(world)
    Webhook.objects.update(active=False, switched_off_at=timezone.now())
    assert "Switched off by us" in get(world, "webhook", webhook=hook.pk)
    values = {"name": "Grade book", "url": hook.url, "events": ALL, "active": "on"}
    post(world, "webhook_edit", values, webhook=hook.pk)
    hook.refresh_from_db()
    assert (hook.active, hook.switched_off_at) == (True, None)
    assert Event.objects.get(action="webhook.changed").details["changed"] == ["active"]
    post(world, "webhook_edit", values, webhook=hook.pk)
    assert Event.objects.filter(action="webhook.changed").count() == 1  # nothing changed


def test_a_new_secret_is_shown_once(world: World) -> None:
    hook = webhook(world)
    shown = post(world, "webhook_secret", webhook=hook.pk).content.decode()
    changed = Webhook.objects.get()
    assert opened(changed.secret) in shown and opened(hook.secret) not in shown
    assert changed.earlier_secret == hook.secret
    details = Event.objects.get(action="webhook.secret_changed").details
    assert details == {"name": "Grade book"}


def test_deleting_takes_the_log_along(world: World) -> None:
    hook = webhook(world)
    post(world, "webhook_test", webhook=hook.pk)
    page = post(world, "webhook_delete", webhook=hook.pk).content.decode()
    assert "Deleted: Grade book." in page and "No webhooks yet" in page
    assert not WebhookDelivery.objects.exists()
    assert Event.objects.filter(action="webhook.deleted").exists()


def test_the_log_shows_what_was_answered_and_sends_again(world: World) -> None:
    hook = webhook(world)
    assert "No messages yet" in get(world, "webhook", webhook=hook.pk)
    failed = hook.deliveries.create(
        event=ALL[0], state=DeliveryState.NEEDS_ATTENTION, attempts=16, status_code=502, answer="<b>bad</b> gateway"
    )
    later = timezone.now() + timezone.timedelta(hours=1)  # type: ignore[attr-defined]
    hook.deliveries.create(event=ALL[1], due_at=later, attempts=3, answer="no answer")
    page = get(world, "webhook", webhook=hook.pk)
    for words in ("Did not arrive", "502", "&lt;b&gt;bad&lt;/b&gt; gateway", "Will be tried again", "Send now"):
        assert words in page, words
    assert "every 2s" not in page  # nothing is about to change
    post(world, "webhook_redeliver", webhook=hook.pk, delivery=failed.pk)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (DeliveryState.WAITING, 0)
    assert failed.due_at is not None
    page = get(world, "webhook", webhook=hook.pk)
    assert "every 2s" in page and "Messages wait" in page
    give_sign(name="a:1", kind=SignKind.COURIER, started_at=timezone.now())
    assert "Messages wait" not in get(world, "webhook", webhook=hook.pk)


def test_all_that_did_not_arrive_is_sent_again_once_the_webhook_is_on(world: World) -> None:
    hook = webhook(world)
    for _ in range(2):
        hook.deliveries.create(event=ALL[0], state=DeliveryState.NEEDS_ATTENTION)
    Webhook.objects.update(active=False)
    page = post(world, "webhook_resend", webhook=hook.pk).content.decode()
    assert "This webhook is off, so nothing is sent." in page
    Webhook.objects.update(active=True)
    assert "2 messages will be sent again." in post(world, "webhook_resend", webhook=hook.pk).content.decode()
    assert WebhookDelivery.objects.filter(state=DeliveryState.WAITING).count() == 2


def test_a_long_log_has_pages(world: World) -> None:
    hook = webhook(world)
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=hook, event=ALL[0], state=DeliveryState.DELIVERED, answer=f"number {number};")
        for number in range(PAGE + 1)
    )
    page = get(world, "webhook", webhook=hook.pk)
    found = re.search(r'href="(\?before=\d+)', page)
    assert found and "number 0;" not in page
    url = reverse("webhook", kwargs={"course": world.course.slug, "webhook": hook.pk})
    client = world.client("instructor")
    assert b"number 0;" in client.get(url + found.group(1)).content
    for odd in ("?before=", "?before=x", "?before=-1", "?before=²", "?before=" + "9" * 40, "?before=0"):
        assert client.get(url + odd).status_code == 200


def test_a_webhook_of_another_course_is_not_there(world: World) -> None:
    hook = webhook(world)
    keys = {"course": world.elsewhere_instructor.course.slug, "webhook": hook.pk}
    client = world.client("elsewhere_instructor")
    assert client.get(reverse("webhook", kwargs=keys)).status_code == 404
    assert client.post(reverse("webhook_delete", kwargs=keys)).status_code == 404
    own = webhook(world)
    other = own.deliveries.create(event=ALL[0])
    keys = {"course": world.course.slug, "webhook": hook.pk, "delivery": other.pk}
    assert world.client("instructor").post(reverse("webhook_redeliver", kwargs=keys)).status_code == 404


def test_no_assignment_takes_the_address(world: World) -> None:
    form = AssignmentForm({"title": "Webhooks", "slug": "webhooks"}, course=world.course)
    assert "slug" in form.errors
