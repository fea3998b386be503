import json
import logging
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse
from structlog.stdlib import ProcessorFormatter

# In a process of its own each: what is tried here changes the logging of the whole process.
_SCRIPT = """
import logging.config, structlog
from coursework.runtime.logs import logging_config
logging.config.dictConfig(logging_config(json={json}, level="INFO"))
structlog.get_logger("ours").info("submission_received", submission=7)
logging.getLogger("theirs").warning("watch %s", "out")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("ours").exception("broken")
"""


def lines(*, as_json: bool) -> list[str]:
    script = _SCRIPT.format(json=as_json)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stderr.splitlines()


def test_production_writes_one_object_a_line_for_our_events_and_for_those_of_others() -> None:
    ours, theirs, broken = (json.loads(line) for line in lines(as_json=True))
    assert (ours["event"], ours["submission"], ours["level"], ours["logger"]) == (
        "submission_received",
        7,
        "info",
        "ours",
    )
    assert (theirs["event"], theirs["level"]) == ("watch out", "warning")
    assert broken["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_an_error_s_values_are_not_written() -> None:
    script = _SCRIPT.format(json=True).replace("1 / 0", "password = 'hunter' + '2'; 1 / 0")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    broken = json.loads(done.stderr.splitlines()[-1])
    assert "hunter2" not in json.dumps(broken)
    assert broken["exception"][0]["frames"]  # but the place is


@pytest.mark.parametrize("as_json", [True, False])
def test_the_secret_part_of_an_address_is_not_written(*, as_json: bool) -> None:
    told = """
logging.getLogger("django.request").warning("Not Found: %s", "/lti/register/s3cret_Token-1/")
logging.getLogger("gunicorn.error").error("/lti/register/s3cret_Token-2")
structlog.get_logger("ours").info("refused", path="/accounts/password/reset/key/4-s3cret/", status=403)
try:
    raise ValueError("/accounts/confirm-email/MQ:s3cret:x/")
except ValueError:
    structlog.get_logger("ours").exception("broken")
"""
    script = _SCRIPT.format(json=as_json) + told
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "s3cret" not in done.stderr
    assert done.stderr.count("/lti/register/[key]") == 2
    if as_json:
        *_, refused, broken = (json.loads(line) for line in done.stderr.splitlines())
        assert (refused["path"], refused["status"]) == ("/accounts/password/reset/key/[key]/", 403)
        assert broken["exception"][0]["exc_value"] == "/accounts/confirm-email/[key]/"


@pytest.mark.django_db
def test_a_link_that_has_ended_leaves_no_key_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get(reverse("lti_register", kwargs={"token": "s3cret-token"}))
    client.get(reverse("join_course", kwargs={"code": "S3CR-3TXX"}))
    handlers = logging.getLogger().handlers
    (formatter,) = (one.formatter for one in handlers if isinstance(one.formatter, ProcessorFormatter))
    written = " ".join(formatter.format(record) for record in caplog.records)
    assert "Not Found: /lti/register/[key]/" in written and "Not Found: /join/[key]/" in written
    assert "s3cr" not in written.lower()


def test_development_writes_for_a_reader() -> None:
    first, second, *rest = lines(as_json=False)
    assert "submission_received" in first and "submission=7" in first
    assert "watch out" in second
    assert rest[-1] == "ZeroDivisionError: division by zero"
