"""Who stands in which row: by identifiers, or by hand; never by the name alone."""

from dataclasses import replace

from grading.lms.layout import LmsFile
from grading.lms.matching import Matching, Person, match_rows
from grading.lms.recognising import read_lms_file
from tests.grading.lms.rows import ASH, BIRCH, CEDAR, CLASS, DOGWOOD, ELM, GORSE, file_of

HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,X (1)\n"


def canvas(*rows: str) -> LmsFile:
    return read_lms_file((HEAD + "".join(f"{row}\n" for row in rows)).encode())


def matched(matching: Matching) -> dict[str, tuple[str, str]]:
    return {match.person.username: (match.row.name, match.by) for match in matching.matched if match.person}


def test_canvas_by_sis_user_id_else_by_login() -> None:
    found = match_rows(file_of("canvas.csv"), CLASS)
    assert matched(found) == {
        "ash1": ("Ash, Alex", "SIS User ID"),
        "birch2": ('Birch, Blake "Bee"', "SIS User ID"),
        "cedar3": ("Čedar, Casey", "SIS User ID"),
        "dogwood4": ("Dogwood, Devon", "SIS User ID"),
        "elm5": ("Elm, Emery", "SIS Login ID"),
    }
    assert found.missing == (GORSE,)
    assert [match.problem for match in found.unknown] == [
        "Nobody of the class has the id number 1999, username foreign6."
    ]


def test_a_login_that_is_an_e_mail_address_is_looked_up_as_one() -> None:
    found = match_rows(file_of("canvas-semicolons.csv"), CLASS)
    assert matched(found)["cedar3"] == ("Čedar, Casey", "SIS Login ID")


def test_an_e_mail_address_that_is_our_username_is_found() -> None:
    person = Person(7, "", "", "frances@school.example")
    found = match_rows(file_of("moodle.csv"), [replace(person, username="foreign@school.example")])
    assert len(found.matched) == 1


def test_moodle_by_number_else_by_mail() -> None:
    people = (*CLASS, replace(GORSE, pk=9, username="oak9", id_number="", email="dogwood@school.example"))
    found = matched(match_rows(file_of("moodle.csv"), people))
    assert found["ash1"][1] == "ID number"
    assert found["oak9"] == ("Devon Dogwood", "Email address")


def test_capital_letters_and_spaces_make_no_difference() -> None:
    found = match_rows(canvas("A,1,, ASH1 ,L,"), CLASS)
    assert matched(found) == {"ash1": ("A", "SIS Login ID")}


def test_identifiers_that_say_two_people_are_left_open() -> None:
    found = match_rows(canvas("Ash,1,1001,birch2,L,"), CLASS)
    assert not found.matched
    assert [match.problem for match in found.ambiguous] == [
        "The id number is that of Alex Ash, the username is that of Blake Birch."
    ]


def test_an_id_number_that_two_have_is_left_open() -> None:
    found = match_rows(canvas("Ash,1,1001,ash1,L,"), [ASH, replace(BIRCH, id_number="1001")])
    assert [match.problem for match in found.ambiguous] == ["Two of the class have this id number: 1001."]


def test_a_person_in_two_rows_is_left_open_in_both() -> None:
    found = match_rows(canvas("Ash,1,1001,,L,", "Ash,2,,ash1,L,"), CLASS)
    assert [match.problem for match in found.ambiguous] == ["Rows 2 and 3 are both Alex Ash."] * 2
    assert ASH in found.missing


def test_a_name_alone_matches_nobody_and_is_offered() -> None:
    found = match_rows(canvas('"Ash, Alex",1,,,L,', '"ALEX  ash",2,,other,L,', "Oak,3,,,L,"), CLASS)
    assert not found.matched
    assert [match.same_name for match in found.matches] == [(ASH,), (ASH,), ()]
    assert found.matches[0].problem == "The row has nothing that identifies a person."


def test_who_is_matched_already_is_not_offered_for_the_name() -> None:
    found = match_rows(canvas("Alex Ash,1,,,L,", "Alex Ash,2,1001,,L,"), CLASS)
    assert found.matches[0].same_name == ()


def test_a_row_can_be_matched_by_hand() -> None:
    found = match_rows(canvas("Alex Ash,1,,,L,", "Blake,2,1002,,L,"), CLASS, {1: ASH.pk})
    assert matched(found) == {"ash1": ("Alex Ash", "by hand"), "birch2": ("Blake", "SIS User ID")}
    assert found.matches[0].by_hand
    assert set(found.missing) == {CEDAR, DOGWOOD, ELM, GORSE}


def test_nobody_is_two_rows_by_hand() -> None:
    found = match_rows(canvas("A,1,,,L,", "B,2,,,L,", "Blake,3,1002,,L,"), CLASS, {1: ASH.pk, 2: ASH.pk})
    assert found.problems == ("Row 3: Alex Ash is row 2 already, and can't be two.",)
    taken = match_rows(canvas("A,1,,,L,", "Blake,3,1002,,L,"), CLASS, {1: BIRCH.pk})
    assert taken.problems == ("Row 2: Blake Birch is row 3 already, and can't be two.",)


def test_what_identifiers_decide_no_hand_changes() -> None:
    found = match_rows(canvas("Ash,1,1001,,L,"), CLASS, {1: BIRCH.pk})
    assert matched(found) == {"ash1": ("Ash", "SIS User ID")}


def test_another_name_under_the_same_identifier_is_seen() -> None:
    one, other = match_rows(canvas('"Ash, Alex",1,1001,,L,', "Somebody,2,1002,,L,"), CLASS).matches
    assert not one.names_differ
    assert other.names_differ
