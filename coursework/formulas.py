"""Texts in tables for spreadsheets, in which nothing that somebody typed is run."""

import re

_SPACE = r"[^\S\t\r\n]|[\u200b-\u200f\u2060\ufeff]"  # also what is seen as none
_SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"  # the last four are the same ones in full width
_FORMULA = rf"(?:'|{_SPACE})*{_SIGNS}"
# At the start, and after what could end a cell where commas don't: programs set to semicolons or tabs split there.
_STARTS = rf"\A(?=(?:'|{_SPACE})*[\t\r\n]|{_FORMULA})|(?<=[;\t\r\n])(?={_FORMULA})"
_TO_GUARD = re.compile(_STARTS)
_GUARDED = re.compile(rf"\A'(?=(?:'|{_SPACE})*[\t\r\n]|{_FORMULA})|(?<=[;\t\r\n])'(?={_FORMULA})")


def guarded(text: str) -> str:
    """Put an apostrophe wherever a spreadsheet would otherwise begin to read a formula."""
    return _TO_GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """Take away just the apostrophes that `guarded` put there."""
    return _GUARDED.sub("", text)
