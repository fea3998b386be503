"""Who of the class stands in which row of an LMS file. Only identifiers decide, or a person by hand; names never do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursework.roster.text import key
from grading.lms.layout import IDENTIFIER_WORDS, Identifier, LmsFile, LmsRow


@dataclass(frozen=True, slots=True)
class Person:
    """A student as we know them. `pk` is that of the enrollment."""

    pk: int
    first_name: str
    last_name: str
    username: str
    email: str = ""
    id_number: str = ""
    section: str = ""

    @property
    def name(self) -> str:
        """The full name, else the username."""
        return f"{self.first_name} {self.last_name}".strip() or self.username

    @property
    def sorted_name(self) -> str:
        """As lists have it: last name first."""
        return ", ".join(filter(None, (self.last_name, self.first_name))) or self.username

    def identifier(self, kind: Identifier) -> str:
        """Return what stands for the person in a column of this kind; empty if nothing is known."""
        return {
            Identifier.ID_NUMBER: self.id_number,
            Identifier.USERNAME: self.username,
            Identifier.EMAIL: self.email,
        }[kind].strip()


@dataclass(frozen=True, slots=True)
class Match:
    """What is known of a row. With a person it is matched, by what `by` says; without, `problem` says why not."""

    row: LmsRow
    person: Person | None = None
    by: str = ""
    problem: str = ""
    ambiguous: bool = False  # identifiers were found, and do not say one person
    by_hand: bool = False
    same_name: tuple[Person, ...] = ()  # to be confirmed by hand

    @property
    def names_differ(self) -> bool:
        """True where the identifier is one person's, and the names are written in two ways."""
        return self.person is not None and bool(self.row.name) and _name(self.row.name) != _name(self.person.name)


@dataclass(frozen=True, slots=True)
class Matching:
    """All rows of a file with whom they are, and who of the class stands in none."""

    matches: tuple[Match, ...]
    missing: tuple[Person, ...] = ()
    problems: tuple[str, ...] = ()  # of choices by hand that can't be

    @property
    def matched(self) -> list[Match]:
        """The rows that are somebody of the class."""
        return [match for match in self.matches if match.person is not None]

    @property
    def ambiguous(self) -> list[Match]:
        """The rows that could be several people."""
        return [match for match in self.matches if match.ambiguous]

    @property
    def unknown(self) -> list[Match]:
        """The rows that are nobody of the class as far as we know."""
        return [match for match in self.matches if match.person is None and not match.ambiguous]


@dataclass(slots=True)
class _Index:
    """The class by what identifies people, letters' case aside."""

    people: Sequence[Person]
    by: dict[Identifier, dict[str, list[Person]]] = field(default_factory=dict)
    names: dict[tuple[str, ...], list[Person]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in Identifier:
            self.by[kind] = defaultdict(list)
            for person in self.people:
                if person.identifier(kind):
                    self.by[kind][key(person.identifier(kind))].append(person)
        self.names = defaultdict(list)
        for person in self.people:
            self.names[_name(person.name)].append(person)

    def of(self, kind: Identifier, value: str) -> list[Person]:
        """Find people. Some schools' usernames are e-mail addresses, there or here: so those are looked up as both."""
        kinds = {kind}
        if kind is Identifier.EMAIL or (kind is Identifier.USERNAME and "@" in value):
            kinds = {Identifier.USERNAME, Identifier.EMAIL}
        found = {person.pk: person for one in kinds for person in self.by[one].get(key(value), ())}
        return list(found.values())


def match_rows(file: LmsFile, people: Iterable[Person], by_hand: Mapping[int, int] | None = None) -> Matching:
    """Match the rows of a file. `by_hand`: the number of a row that no identifier decides -> whose it is."""
    index = _Index(list(people))
    first = _without_twice([_match(file, row, index) for row in file.people])
    matches, problems = _with_hands(first, index, by_hand or {})
    found = {match.person.pk for match in matches if match.person}
    missing = tuple(person for person in index.people if person.pk not in found)
    return Matching(tuple(_with_names(match, index, found) for match in matches), missing, tuple(problems))


def _match(file: LmsFile, row: LmsRow, index: _Index) -> Match:
    found = {kind: index.of(kind, value) for kind, value in row.known_by.items()}
    several = [kind for kind, people in found.items() if len(people) > 1]
    for kind in several:
        problem = f"{_count(found[kind])} of the class have this {IDENTIFIER_WORDS[kind]}: {row.known_by[kind]}."
        return Match(row, problem=problem, ambiguous=True)
    single = {kind: people[0] for kind, people in found.items() if people}
    if len({person.pk for person in single.values()}) > 1:
        said = ", ".join(f"the {IDENTIFIER_WORDS[kind]} is that of {person.name}" for kind, person in single.items())
        return Match(row, problem=f"{said[0].upper()}{said[1:]}.", ambiguous=True)
    for kind in Identifier:
        if kind in single:
            return Match(row, single[kind], by=file.identified_by[kind])
    if not row.known_by:
        return Match(row, problem="The row has nothing that identifies a person.")
    said = ", ".join(f"{IDENTIFIER_WORDS[kind]} {value}" for kind, value in row.known_by.items())
    return Match(row, problem=f"Nobody of the class has the {said}.")


def _without_twice(matches: list[Match]) -> list[Match]:
    """Leave a person's rows open where there are several."""
    rows: dict[int, list[int]] = defaultdict(list)
    for match in matches:
        if match.person:
            rows[match.person.pk].append(match.row.shown_number)
    return [
        Match(
            match.row,
            problem=f"Rows {' and '.join(map(str, rows[match.person.pk]))} are both {match.person.name}.",
            ambiguous=True,
        )
        if match.person and len(rows[match.person.pk]) > 1
        else match
        for match in matches
    ]


def _with_hands(matches: list[Match], index: _Index, by_hand: Mapping[int, int]) -> tuple[list[Match], list[str]]:
    taken = {match.person.pk: match.row.shown_number for match in matches if match.person}
    people = {person.pk: person for person in index.people}
    done, problems = [], []
    for match in matches:
        person = people.get(by_hand.get(match.row.number, 0))
        if person is None or match.person is not None:
            done.append(match)
            continue
        if person.pk in taken:
            problems.append(
                f"Row {match.row.shown_number:,}: {person.name} is row {taken[person.pk]:,} already, and can't be two."
            )
            done.append(match)
            continue
        taken[person.pk] = match.row.shown_number
        done.append(Match(match.row, person, by="by hand", by_hand=True))
    return done, problems


def _with_names(match: Match, index: _Index, found: set[int]) -> Match:
    if match.person is not None or not match.row.name:
        return match
    same = tuple(person for person in index.names.get(_name(match.row.name), ()) if person.pk not in found)
    return replace(match, same_name=same)


def _name(text: str) -> tuple[str, ...]:
    """Reduce a name to its words in alphabetical order: "Ash, Alex" is "Alex Ash"."""
    return tuple(sorted(key(text.replace(",", " ")).split()))


def _count(people: Sequence[Person]) -> str:
    return "Two" if len(people) == 2 else str(len(people))
