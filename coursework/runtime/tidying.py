"""What Django leaves in the database beyond its time."""

from django.conf import settings
from django.db import connection
from django.utils import timezone


def forget_expired() -> int:
    """Delete what the cache holds beyond its time; returns how many rows.

    Django does that only once the table is full, and there are people's names in it: of a roster from an LMS that was
    looked at and not applied, say.
    """
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])
        return int(cursor.rowcount)
