"""All checks, in the order in which pages show them."""

from grading.checks.base import Check

CHECKS: tuple[Check, ...] = ()
