"""What the words in answers mean, for programs that count or show them. Each list is the choices of a field."""

from coursework.deadlines import Standing
from grading.forms_grading import KEEP, TAKE
from grading.grades.rule import Progress, State
from grading.grades.waiting import LeftOut
from grading.models import Outcome, Stage, Status

STATUSES = [
    (Status.QUEUED.value, "Waits for a worker"),
    (Status.RUNNING.value, "A worker is at it"),
    (Status.COMPLETED.value, "Done: there is a result"),
    (Status.FAILED.value, "No result, by our fault; it costs nobody anything"),
]
OUTCOMES = [
    (Outcome.VERIFIED.value, "Our run reaches the target at the claimed epoch"),
    (Outcome.AFTER_RESETS.value, "Our run reaches it there after some Resets"),
    (Outcome.INSIDE_BAND.value, "Runs with last-bit differences, as between browsers, come to the claimed epoch"),
    (Outcome.CLAIM_NOT_REPRODUCED.value, "Our run reaches the target at another epoch: a person has to look"),
    (Outcome.TARGET_NOT_REACHED.value, "Our run does not reach the target within the task's epochs"),
    (Outcome.DIVERGED.value, "The loss of our run stops being a number"),
    (Outcome.SETTINGS_NOT_ALLOWED.value, "The task does not allow these settings: nothing was run"),
]
STAGES = list(Stage.choices)
PROGRESS_STAGES = [(Status.QUEUED.value, "Waits for a worker"), *STAGES]
STANDINGS = [
    (Standing.EARLY.name.lower(), "The assignment is not open yet"),
    (Standing.ON_TIME.name.lower(), "Up to the due time"),
    (Standing.LATE.name.lower(), "After the due time, while late work is taken"),
    (Standing.CLOSED.name.lower(), "Nothing is taken any more"),
]
GRADED_PROGRESS = [
    (Progress.WAITING.value, "Being checked"),
    (Progress.FAILED.value, "Not checked, by our fault"),
    (Progress.SETTLED.value, "Checked"),
]
STATES = [
    (State.EXCUSED.value, "The task does not count for the student"),
    (State.GRADED.value, "A person has decided"),
    (State.SETTLED.value, "The checks have decided; nobody has to look"),
    (State.TO_REVIEW.value, "A person has to decide"),
    (State.FAILED.value, "Not checked, by our fault"),
    (State.WAITING.value, "Being checked"),
    (State.MISSING.value, "Nothing was handed in, and nothing is taken any more"),
    (State.NOT_YET.value, "Nothing was handed in so far"),
]
NOT_RELEASED = "not_released"
OWN_STATES = [*STATES, (NOT_RELEASED, "Students don't see it yet")]
LEFT_OUT = [(one.name.lower(), one.value.capitalize()) for one in LeftOut]
NEWER_RESULT = [(KEEP, "Stay with the decision"), (TAKE, "Take the result over")]
