"""What stands in the query of an address, or in a field of its own: what can't be a value is left out, no error."""

from django.http import QueryDict

MOST_DIGITS = 18  # of a key: every database takes such a number
MOST_SEARCHED = 100  # characters
NO_SECTION = "none"


def whole_number(text: str, *, digits: int = MOST_DIGITS) -> int | None:
    """Read a number from 0 with at most so many digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def section_in(query: QueryDict) -> str:
    """Read `section`: a key, "none" for who is in no section, or "" for everybody."""
    section = str(query.get("section", ""))
    return section if section == NO_SECTION or whole_number(section) is not None else ""


def search_in(query: QueryDict) -> str:
    """Read `q`, what is searched for. PostgreSQL takes no NUL in a text."""
    return str(query.get("q", "")).replace("\0", "")[:MOST_SEARCHED].strip()
