"""Which LMS a file is from, by its first row. A new system is a file beside this one and a line here."""

from collections.abc import Callable

from coursework.roster.text import shown
from grading.lms.blackboard import is_blackboard, read_blackboard
from grading.lms.canvas import is_canvas, read_canvas
from grading.lms.layout import Head, LmsFile
from grading.lms.moodle import is_moodle, read_moodle
from grading.lms.table import FileRefused, Table, read_table

# Moodle before Blackboard: its columns are told from Blackboard's by the bar, and may have an ID number too.
SYSTEMS: tuple[tuple[Callable[[Head], bool], Callable[[Table, Head], LmsFile]], ...] = (
    (is_canvas, read_canvas),
    (is_moodle, read_moodle),
    (is_blackboard, read_blackboard),
)


def read_lms_file(content: bytes) -> LmsFile:
    """Read the gradebook file of an LMS; raises FileRefused, and nothing else, whatever the bytes."""
    table = read_table(content)
    head = Head.of(table)
    for is_its, read in SYSTEMS:
        if is_its(head):
            return _with_columns(read(table, head))
    words = ", ".join(shown(word) for word in head.words[:8] if word.strip()) or "nothing"
    raise FileRefused(
        "The first row is none that Canvas, Moodle or Blackboard writes. Upload the gradebook as the LMS exports it. "
        f"Here the first row says: {words}."
    )


def _with_columns(found: LmsFile) -> LmsFile:
    if not found.columns:
        raise FileRefused(
            f"This file of {found.label} has no column that can take points. "
            f"Make the assignment in {found.label} first, then export the gradebook again."
        )
    return found
