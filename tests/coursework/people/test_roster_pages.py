"""Upload, preview, application: what stands on the page is what is done, and no file brings the page down."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursework.models import Enrollment, Section, User
from coursework.roster import MOST_BYTES
from coursework.services.courses import enroll
from tests.world import World, make_user, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def url(name: str, world: World) -> str:
    return reverse(name, kwargs={"course": world.course.slug})


def upload(world: World, content: bytes, **values: str) -> Any:
    file = SimpleUploadedFile("roster.csv", content, content_type="text/csv")
    return world.client("instructor").post(url("roster_upload", world), values | {"file": file}, follow=True)


def apply(world: World, preview: Any) -> Any:
    return world.client("instructor").post(
        url("roster_preview", world), {"previewed": preview.context["plan"].fingerprint}, follow=True
    )


def test_preview_then_apply(world: World) -> None:
    preview = upload(world, b"username,name,section\nowner,,Lab 1\nn1,Nia New,Lab 1\n")
    assert not Section.objects.exists()  # nothing is done by looking
    assert "Nia New" in preview.content.decode() and len(preview.context["plan"].additions) == 1
    done = apply(world, preview)
    assert "Roster applied: 1 added, 1 changed." in done.content.decode()
    assert Enrollment.objects.filter(section__name="Lab 1").count() == 2
    again = world.client("instructor").get(url("roster_preview", world), follow=True)
    assert "Upload the file again" in again.content.decode()  # the file is forgotten with that


def test_when_the_course_changed_meanwhile_the_preview_is_shown_again(world: World) -> None:
    preview = upload(world, b"username,section\nowner,Lab 1\nn1,Lab 1\n")
    make_user("n1")
    refused = apply(world, preview)
    page = refused.content.decode()
    assert refused.status_code == 409 and "nothing was done" in page
    assert [line.split(" ")[2] for line in refused.context["appeared"]] == ["with"]
    assert [line.split(",")[0] for line in refused.context["gone"]] == ["n1 is new"]
    assert not Section.objects.exists()
    assert apply(world, refused).status_code == 200  # what was shown then can be applied
    assert Section.objects.exists()


def test_another_file_in_another_window_is_not_applied_unseen(world: World) -> None:
    first = upload(world, b"username\nn1\n")
    upload(world, b"username\nn2\n")
    assert apply(world, first).status_code == 409
    assert not User.objects.filter(username__in=["n1", "n2"]).exists()


def test_an_instructor_s_upload_is_nobody_else_s(world: World) -> None:
    upload(world, b"username\nn1\n")
    colleague = enroll(course=world.course, user=make_user("colleague"), role="instructor")  # type: ignore[arg-type]
    world.clients["instructor"].force_login(colleague.user)
    page = world.client("instructor").get(url("roster_preview", world))
    assert page["Location"] == url("roster_upload", world)


def test_a_lost_upload_asks_for_the_file_again(world: World) -> None:
    preview = upload(world, b"username\nn1\n")
    cache.clear()
    assert "Upload the file again" in apply(world, preview).content.decode()
    assert not User.objects.filter(username="n1").exists()


def test_wrong_rows_are_listed_and_left_out(world: World) -> None:
    preview = upload(world, b"username,email\nn1,n1@x.org\nn2,<b>no</b>\n", deactivate_missing="on")
    page = preview.content.decode()
    assert "Apply the 1 good row, leave out 1" in page and "&lt;b&gt;no&lt;/b&gt;" in page
    assert "nobody is deactivated" in page
    apply(world, preview)
    assert User.objects.filter(username="n1").exists() and not User.objects.filter(username="n2").exists()
    assert not Enrollment.objects.filter(active=False).exists()


def test_deactivating_the_missing_is_what_was_ticked(world: World) -> None:
    preview = upload(world, b"username\nowner\n", deactivate_missing="on")
    assert [one.username for one in preview.context["plan"].leaving] == ["classmate"]
    apply(world, preview)
    assert set(Enrollment.objects.filter(active=False).values_list("user__username", flat=True)) == {"classmate"}


def test_a_roster_that_changes_nothing_offers_nothing(world: World) -> None:
    content = world.client("ta").get(url("roster_download", world)).content
    page = upload(world, content).content.decode()
    assert "The roster changes nothing" in page and 'name="previewed"' not in page


def test_the_download_is_a_file(world: World) -> None:
    response = world.client("ta").get(url("roster_download", world))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="roster-ml-1-')
    assert response.content.startswith(b"\xef\xbb\xbfusername,email,first_name,last_name,role,section,id_number\r\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "not a CSV file"),
        (b"colour\nred\n", "username or email"),
        (b"x" * (MOST_BYTES + 1), "at most 2,097,152"),
    ],
)
def test_a_file_that_can_t_be_read(content: bytes, words: str, world: World) -> None:
    response = upload(world, content)
    assert response.status_code == 422 and words in str(response.context["form"].errors["file"])


@given(st.binary(max_size=120), st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_get_an_answer(world: World, content: bytes, with_header: bool) -> None:
    response = upload(world, (b"username,email,name,section\nowner,a@b.org,x,y\n" if with_header else b"") + content)
    assert response.status_code in (200, 422)
    if response.status_code == 200:
        assert apply(world, response).status_code == 200
