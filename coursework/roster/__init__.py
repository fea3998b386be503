"""The people of a course as a table: read from a file, held against the course, written to a file. Pure."""

from coursework.roster.comparing import compare
from coursework.roster.plan import Account, Addition, Difference, KnownCourse, Membership, PersonChange, Plan
from coursework.roster.reading import MOST_BYTES, MOST_ROWS, Roster, RosterRow, RowProblem, read_roster
from coursework.roster.writing import write_roster

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Account",
    "Addition",
    "Difference",
    "KnownCourse",
    "Membership",
    "PersonChange",
    "Plan",
    "Roster",
    "RosterRow",
    "RowProblem",
    "compare",
    "read_roster",
    "write_roster",
]
