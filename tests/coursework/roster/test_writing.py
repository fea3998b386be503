"""A downloaded roster: harmless in a spreadsheet, and unchanged when it comes back."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from coursework.formulas import guarded, unguarded
from coursework.roster import Account, KnownCourse, Membership, compare, read_roster, write_roster
from coursework.roster.text import tidy, unshowable

DANGEROUS = tuple("=+-@\t\r")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
CELLS = (TEXT | st.sampled_from(["=1+1", "'=1", "+41", "-", "@x", "''@", "a;b", 'a"b', "a,b", "'"])).filter(
    lambda text: not unshowable(text)
)


@given(st.text(max_size=20) | st.sampled_from(["=1", "'=1", "''-"]))
def test_the_guard_comes_off_as_it_went_on(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(DANGEROUS)


def member(
    pk: int, section: str = "", id_number: str = "", *, active: bool = True, role: str = "student"
) -> Membership:
    return Membership(pk, role, section, id_number, active)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, st.sampled_from(["student", "ta", "instructor"])), max_size=5))
def test_the_own_download_changes_nothing(people: list[tuple[str, str, str, str, str]]) -> None:
    accounts = tuple(
        Account(
            pk, f"-user{pk}", f"u{pk}@x.org", first, last, pk % 2 == 0, member(pk, tidy(section), number, role=role)
        )
        for pk, (first, last, section, number, role) in enumerate(people)
    )
    sections = tuple(dict.fromkeys(tidy(section) for _, _, section, _, _ in people if tidy(section)))
    content = write_roster(accounts)
    cells = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert not any(cell.startswith(DANGEROUS) for row in cells for cell in row)
    if accounts:
        plan = compare(read_roster(content), KnownCourse(accounts, sections), deactivate_missing=True)
        assert not plan.changes_something and not plan.problems
        assert len(plan.unchanged) == len(accounts)


def test_who_has_left_is_not_in_it() -> None:
    accounts = (
        Account(1, "here", "", membership=member(1)),
        Account(2, "left", "", membership=member(2, active=False)),
    )
    assert [row.username for row in read_roster(write_roster(accounts)).rows] == ["here"]
