"""All checks, in the order in which pages show them."""

from grading.checks.address import ADDRESS
from grading.checks.architecture import ARCHITECTURE
from grading.checks.base import Check
from grading.checks.data_points import POINTS
from grading.checks.epoch import EPOCH
from grading.checks.playground import PLAYGROUND
from grading.checks.same_picture import SAME_PICTURE
from grading.checks.shown_settings import SHOWN_SETTINGS
from grading.checks.target import TARGET
from grading.checks.trace import TRACE

CHECKS: tuple[Check, ...] = (
    PLAYGROUND,
    ARCHITECTURE,
    SHOWN_SETTINGS,
    ADDRESS,
    POINTS,
    EPOCH,
    TARGET,
    TRACE,
    SAME_PICTURE,
)
