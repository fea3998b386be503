"""The people of a class that is made up: accounts and enrollments, whose names are of nobody."""

import random
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password

from coursework.models import Course, Enrollment, Role, Section, User
from coursework.pseudonyms import new_pseudonym

FIRST = (
    "Alex", "Ariel", "Billie", "Blake", "Casey", "Charlie", "Drew", "Eden", "Ellis", "Finley", "Gray", "Harper",
    "Indigo", "Jamie", "Jules", "Kim", "Kit", "Lee", "Marlow", "Nico", "Noa", "Pat", "Quinn", "Remy", "Sam", "Sascha",
)  # fmt: skip
LAST = (
    "Acacia", "Alder", "Almond", "Ash", "Aspen", "Balsa", "Beech", "Birch", "Cedar", "Cherry", "Chestnut", "Cypress",
    "Dogwood", "Ebony", "Elder", "Elm", "Fig", "Fir", "Ginkgo", "Hawthorn", "Hazel", "Hemlock", "Hickory", "Holly",
    "Hornbeam", "Ivy", "Juniper", "Kapok", "Larch", "Laurel", "Lime", "Maple", "Medlar", "Mulberry", "Oak", "Olive",
    "Pear", "Pine", "Plane", "Poplar", "Quince", "Rowan", "Spruce", "Sycamore", "Tamarack", "Walnut", "Willow", "Yew",
)  # fmt: skip
IN_A_SECTION = 25


def staff_names(slug: str) -> tuple[str, str]:
    """Return the user names of a class's instructor and teaching assistant."""
    return f"{slug}-instructor", f"{slug}-assistant"


def student_name(slug: str, number: int) -> str:
    """Return the user name of a class's student, counted from 1."""
    return f"{slug}-student{number:04}"


def usernames(slug: str, students: int) -> list[str]:
    """Return all user names that a class takes: staff, then students."""
    return [*staff_names(slug), *(student_name(slug, number) for number in range(1, students + 1))]


def enroll_everybody(course: Course, *, students: int, password: str, source: random.Random) -> list[Enrollment]:
    """Make all accounts and enrollments: an instructor, a teaching assistant, then the students in sections."""
    users = _users(course.slug, students, password, source)
    sections = Section.objects.bulk_create(
        Section(course=course, name=f"Lab group {number:02}") for number in range(1, 1 + -(-students // IN_A_SECTION))
    )
    taken: set[str] = set()
    people: list[Enrollment] = []
    for position, user in enumerate(users):
        pseudonym = new_pseudonym(taken, source)
        taken.add(pseudonym)
        number = position - 1  # of a student, from 1
        people.append(
            Enrollment(
                course=course,
                user=user,
                role=_role(position),
                section=sections[(number - 1) % len(sections)] if number >= 1 else None,
                pseudonym=pseudonym,
                id_number=f"{20_260_000 + number}" if number >= 1 else "",
            )
        )
    return Enrollment.objects.bulk_create(people)


def _role(position: int) -> Role:
    return (Role.INSTRUCTOR, Role.TEACHING_ASSISTANT)[position] if position < 2 else Role.STUDENT


def _users(slug: str, students: int, password: str, source: random.Random) -> Sequence[User]:
    hashed = make_password(password)  # once: it is slow on purpose, and one password for all is the point here
    return User.objects.bulk_create(
        User(
            username=username,
            email=f"{username}@example.org",
            password=hashed,
            first_name=source.choice(FIRST),
            last_name=source.choice(LAST),
        )
        for username in usernames(slug, students)
    )
