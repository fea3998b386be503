"""Writes a roster as CSV: `reading` reads it as the same people, and a spreadsheet runs nothing of it."""

import csv
import io
from collections.abc import Iterable

from coursework.formulas import guarded
from coursework.roster.columns import WRITTEN
from coursework.roster.plan import Account
from coursework.roster.text import tidy


def write_roster(accounts: Iterable[Account]) -> bytes:
    """Return a UTF-8 file with a byte order mark, by which spreadsheets know the encoding. Who has left is left out."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(WRITTEN)
    for account in accounts:
        member = account.membership
        if member is None or not member.active:
            continue
        cells = (
            account.username,
            account.email,
            account.first_name,
            account.last_name,
            member.role,
            member.section,
            member.id_number,
        )
        writer.writerow([guarded(tidy(cell)) for cell in cells])
    return table.getvalue().encode("utf-8-sig")
