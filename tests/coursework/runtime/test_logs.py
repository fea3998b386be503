import json
import subprocess
import sys

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


def test_development_writes_for_a_reader() -> None:
    first, second, *rest = lines(as_json=False)
    assert "submission_received" in first and "submission=7" in first
    assert "watch out" in second
    assert rest[-1] == "ZeroDivisionError: division by zero"
