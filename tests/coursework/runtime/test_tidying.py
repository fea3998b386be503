"""What is kept for a while is gone from the database after it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM coursework_cache WHERE cache_key LIKE '%kept-for-%'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_the_sweeper_deletes_what_the_cache_holds_beyond_its_time() -> None:
    cache.set("kept-for-an-hour", ["Ada Ash"], 3600)
    cache.set("kept-for-a-day", ["Grace"], 24 * 3600)
    cache.set("kept-for-ever", ["Emmy"], None)
    call_command("sweep", "--once")
    assert kept() == 3
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("sweep", "--once")
        assert kept() == 2 and cache.get("kept-for-a-day") == ["Grace"] and cache.get("kept-for-ever") == ["Emmy"]
