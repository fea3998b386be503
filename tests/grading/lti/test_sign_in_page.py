"""What the sign-in page says to people who only have the account that a click in their LMS made."""

import pytest
from django.test import Client
from django.urls import reverse

from grading.models import Platform
from tests.grading.lti.launches import make_platform

pytestmark = pytest.mark.django_db


def says_so(client: Client) -> bool:
    return "Open the link to this site there" in client.get(reverse("account_login")).content.decode()


def test_the_way_by_the_lms_is_named_where_there_is_one(client: Client) -> None:
    assert not says_so(client)
    make_platform()
    assert says_so(client)
    Platform.objects.update(active=False)
    assert not says_so(client)
