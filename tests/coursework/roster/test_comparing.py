"""What a roster would change in a course, and what no roster may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.roster import Account, KnownCourse, Membership, Plan, Roster, RosterRow, compare, read_roster

ALEX = Account(1, "alex1", "alex1@x.org", "Alex", "Ash", True, Membership(11, "student", "Lab 1", "007", True))
BLAKE = Account(2, "blake2", "blake2@x.org", "Blake", "Birch", False, Membership(12, "student", "", "", True))
TONI = Account(3, "toni", "toni@x.org", "Toni", "Tamarack", False, Membership(13, "ta", "", "", True))
ROBIN = Account(4, "robin", "robin@x.org", "Robin", "Rowan", False, Membership(14, "instructor", "", "", True))
OUTSIDE = Account(5, "olive", "olive@x.org", "Olive", "Owner")
GONE = Account(6, "gone", "gone@x.org", "Gil", "Gone", False, Membership(16, "student", "", "", False))
COURSE = KnownCourse((ALEX, BLAKE, TONI, ROBIN, GONE, OUTSIDE), ("Lab 1", "Lab 2"))


def plan_of(*lines: str, deactivate_missing: bool = False) -> Plan:
    roster = read_roster("\n".join(lines).encode())
    assert not roster.refusal
    return compare(roster, COURSE, deactivate_missing=deactivate_missing)


def test_new_changed_and_unchanged() -> None:
    plan = plan_of(
        "username,email,name,section", "new1,new1@x.org,Nia New,Lab 3", "alex1,,Alexa Ash,LAB 2", "blake2,,,"
    )
    (new,) = plan.additions
    assert (new.username, new.row.email, new.name, new.role, new.section) == (
        "new1",
        "new1@x.org",
        "Nia New",
        "student",
        "Lab 3",
    )
    assert plan.new_sections == ("Lab 3",)  # LAB 2 is Lab 2
    (change,) = plan.changes
    assert {(one.field, one.old, one.new) for one in change.differences} == {
        ("first_name", "Alex", "Alexa"),
        ("section", "Lab 1", "Lab 2"),
    }
    assert [one.account for one in plan.unchanged] == [BLAKE]
    assert plan.leaving == () and plan.problems == ()


def test_an_email_of_an_account_is_never_changed() -> None:
    plan = plan_of("username,email,name", "alex1,thief@x.org,Alex Ash", "blake2,,Thief Birch")
    assert plan.changes == ()
    assert ["E-mail kept" in plan.unchanged[0].notes[0], "Name kept" in plan.unchanged[1].notes[0]] == [True, True]


def test_an_account_is_found_by_exact_username_or_email_only() -> None:
    plan = plan_of("username,email,name", "Olive,,Olive Owner", ",OLIVE@x.org,", ",olive@y.org,Olive Owner")
    (by_username, new), (problem,) = plan.additions, plan.problems
    assert (by_username.account, new.account, new.username) == (OUTSIDE, None, "olive@y.org")
    assert (problem.row, problem.column) == (3, "E-mail") and "row 2" in problem.message


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",,", "Username", "Neither username nor e-mail"),
        ("new1,nonsense,", "E-mail", "no e-mail address"),
        ("alex1,nonsense,", "E-mail", "no e-mail address"),
        ("new1,alex1@x.org,", "E-mail", "Belongs to an account with another username"),
        ("alex1,blake2@x.org,", "E-mail", "Belongs to an account with another username"),
        ("alex1@x.org,,", "Username", "Is the e-mail of an account with another username"),
        ("new one,,", "Username", "characters that no username has"),
        (f",{'x' * 60}@{'y' * 60}.{'z' * 60}.org,", "E-mail", "too long to be a username"),
        ("robin,,ta", "Role", "taken away on the person’s own page"),
        ("robin,,student", "Role", "taken away on the person’s own page"),
    ],
)
def test_rows_that_can_t_be_taken(row: str, column: str, words: str) -> None:
    plan = plan_of("username,email,role,phone", "blake2,,,", f"{row},1")
    (problem,) = plan.problems
    assert (problem.row, problem.column) == (3, column) and words in problem.message
    assert len(plan.unchanged) == 1 and not plan.additions and not plan.changes


@pytest.mark.parametrize(
    ("first", "second"),
    [("new1,", "NEW1,"), ("a,n@x.org", "b,N@x.org"), ("alex1,", ",alex1@x.org"), ("a@x.org,", "b,a@x.org")],
)
def test_one_person_in_two_rows(first: str, second: str) -> None:
    plan = plan_of("username,email", first, second)
    (problem,) = plan.problems
    assert problem.row == 3 and "row 2" in problem.message


def test_an_email_that_two_accounts_share_needs_the_username() -> None:
    twin = Account(7, "twin", "alex1@x.org")
    plan = compare(read_roster(b"email\nalex1@x.org\n"), KnownCourse((ALEX, twin)))
    assert "2 accounts" in plan.problems[0].message


def test_only_students_leave_and_only_if_asked_and_never_beside_a_problem() -> None:
    lines = ("username,role", "alex1,")
    assert plan_of(*lines).leaving == ()
    assert plan_of(*lines, deactivate_missing=True).leaving == (BLAKE,)
    assert plan_of(*lines, "new1,dean", deactivate_missing=True).leaving == ()


def test_who_left_comes_back() -> None:
    (change,) = plan_of("username", "gone").changes
    assert [(one.label, one.old, one.new) for one in change.differences] == [("In the course", "has left", "yes")]


def test_an_empty_cell_empties_and_a_missing_column_does_not() -> None:
    assert plan_of("username", "alex1").changes == ()
    (change,) = plan_of("username,section,id_number", "alex1,,").changes
    assert {(one.field, one.new) for one in change.differences} == {("section", ""), ("id_number", "")}


ROWS = st.builds(
    RosterRow,
    number=st.integers(2, 99),
    username=st.sampled_from(["", "alex1", "ALEX1", "robin", "olive", "n1", "n2", "Ünï", "a b"]),
    email=st.sampled_from(["", "alex1@x.org", "olive@x.org", "n1@x.org", "bad"]),
    first_name=st.sampled_from(["", "Alex", "=1+1"]),
    role=st.sampled_from(["", "student", "ta", "instructor"]),
    section=st.none() | st.sampled_from(["", "Lab 1", "lab 1", "Lab 9"]),
    id_number=st.none() | st.sampled_from(["", "007"]),
)


def applied(plan: Plan, course: KnownCourse) -> KnownCourse:
    """The course as it is after a plan: what the service does, on plain values."""
    accounts = {account.pk: account for account in course.accounts}
    for number, new in enumerate(plan.additions, start=100):
        member = Membership(number, new.role, new.section, new.id_number, True)
        old = new.account
        accounts[old.pk if old else number] = (
            Account(old.pk, old.username, old.email, old.first_name, old.last_name, False, member)
            if old
            else Account(number, new.username, new.row.email, new.row.first_name, new.row.last_name, True, member)
        )
    for change in plan.changes:
        was, values = change.account, {one.field: one.new for one in change.differences}
        assert was.membership
        member = Membership(
            was.membership.enrollment,
            values.get("role", was.membership.role),
            values.get("section", was.membership.section),
            values.get("id_number", was.membership.id_number),
            True,
        )
        accounts[was.pk] = Account(
            was.pk,
            was.username,
            was.email,
            values.get("first_name", was.first_name),
            values.get("last_name", was.last_name),
            was.name_open,
            member,
        )
    return KnownCourse(tuple(accounts.values()), course.sections + plan.new_sections)


@given(st.lists(ROWS, max_size=6))
def test_applied_again_it_changes_nothing(rows: list[RosterRow]) -> None:
    roster = Roster(rows=tuple(rows))
    plan = compare(roster, COURSE)
    again = compare(roster, applied(plan, COURSE))
    assert not again.additions and not again.changes
    assert len(again.unchanged) == plan.good_rows
    assert [one.row for one in again.problems] == [one.row for one in plan.problems]


@given(st.lists(ROWS, max_size=6), st.booleans())
def test_no_roster_touches_what_is_not_the_course_s(rows: list[RosterRow], deactivate_missing: bool) -> None:
    plan = compare(Roster(rows=tuple(rows)), COURSE, deactivate_missing=deactivate_missing)
    for change in plan.changes:
        fields = {one.field for one in change.differences}
        assert not fields & {"username", "email"}
        assert change.account.name_open or not fields & {"first_name", "last_name"}
        if change.account is ROBIN:
            assert "role" not in fields
    assert all(account.membership and account.membership.role == "student" for account in plan.leaving)
    assert plan.good_rows + plan.wrong_rows <= len(rows) or len({row.number for row in rows}) < len(rows)


def test_the_fingerprint_holds_every_act() -> None:
    one, other = plan_of("username,section", "alex1,Lab 2"), plan_of("username,section", "alex1,Lab 3")
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == plan_of("username,section", "alex1,Lab 2").fingerprint
