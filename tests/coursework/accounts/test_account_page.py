import pytest
from django.test import Client
from django.urls import reverse

from coursework.models import Enrollment, Event, User
from coursework.services.accounts import change_account
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return world.client("owner")


def test_it_shows_name_address_and_pseudonym(client: Client, world: World) -> None:
    page = client.get(reverse("account_settings")).content.decode()
    for shown in ("Orla", "Owner", world.owner.pseudonym, world.course.title):
        assert shown in page


def test_a_name_is_changed_and_the_change_can_be_looked_up(client: Client, world: World) -> None:
    response = client.post(reverse("account_settings"), {"first_name": "Olivia", "last_name": "Owner"})
    assert response["Location"] == reverse("account_settings")
    assert User.objects.get(username="owner").display_name == "Olivia Owner"
    event = Event.objects.get(action="account.name_changed")
    assert event.actor == world.owner.user
    assert "Oliv" not in f"{event.subject} {event.details}"


def test_who_changes_nothing_leaves_no_event(client: Client, world: World) -> None:
    client.post(reverse("account_settings"), {"first_name": "Orla", "last_name": "Owner"})
    assert not Event.objects.exists()


def test_the_own_name_is_shown_where_one_says_so_and_hidden_again(client: Client, world: World) -> None:
    fields = {"first_name": "Orla", "last_name": "Owner"}
    client.post(reverse("account_settings"), fields | {f"show_name_{world.owner.pk}": "on"})
    assert Enrollment.objects.get(pk=world.owner.pk).show_name
    client.post(reverse("account_settings"), fields)
    assert not Enrollment.objects.get(pk=world.owner.pk).show_name


def test_nobody_decides_for_others(client: Client, world: World) -> None:
    fields = {"first_name": "Orla", "last_name": "Owner", f"show_name_{world.classmate.pk}": "on"}
    client.post(reverse("account_settings"), fields)
    change_account(user=world.owner.user, first_name="O", last_name="O", named_in={world.classmate.pk})
    assert not Enrollment.objects.get(pk=world.classmate.pk).show_name


def test_a_course_that_one_has_left_is_not_listed(client: Client, world: World) -> None:
    Enrollment.objects.filter(pk=world.owner.pk).update(active=False)
    assert world.owner.pseudonym not in client.get(reverse("account_settings")).content.decode()


@pytest.mark.parametrize(("field", "value"), [("first_name", ""), ("last_name", "  "), ("first_name", "x" * 151)])
def test_a_refused_name_is_kept_in_the_form_and_not_stored(client: Client, field: str, value: str) -> None:
    fields = {"first_name": "Olivia", "last_name": "Owner"} | {field: value}
    response = client.post(reverse("account_settings"), fields)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert User.objects.get(username="owner").first_name == "Orla"


def test_the_name_at_the_head_stays_until_it_is_saved(client: Client) -> None:
    page = client.post(reverse("account_settings"), {"first_name": "", "last_name": "Owner"}).content.decode()
    assert "Orla Owner" in page
