"""Which part of the gradebook is looked at, and in which order: as an address has it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from coursework.addresses import search_in, section_in, whole_number
from grading.gradebook.cells import KINDS

BY_NAME, BY_SECTION, BY_TOTAL = "name", "section", "total"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What can't be understood in an address is left out. `sort` may also be the number of a task's row."""

    search: str = ""
    section: str = ""
    state: str = ""
    sort: str = BY_NAME
    descending: bool = False
    everybody: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> "Wanted":
        """Read the part of an address after the question mark."""
        state, sort = query.get("state", ""), query.get("sort", BY_NAME)
        by = sort.removeprefix("-")
        known = by in (BY_NAME, BY_SECTION, BY_TOTAL) or whole_number(by) is not None
        return cls(
            search=search_in(query),
            section=section_in(query),
            state=state if state in KINDS else "",
            sort=by if known else BY_NAME,
            descending=known and sort.startswith("-"),
            everybody=query.get("all") == "1",
        )

    @property
    def narrows(self) -> bool:
        """True if it may leave somebody out."""
        return bool(self.search or self.section or self.state)

    @property
    def order(self) -> str:
        """The order as an address has it."""
        return f"{'-' if self.descending else ''}{self.sort}"

    def query(self, *, sort: str | None = None, page: int | None = None, everybody: bool | None = None) -> str:
        """Write it as an address has it, with another order or page, or without pages."""
        order = self.order if sort is None else sort
        all_of_them = self.everybody if everybody is None else everybody
        parts = {
            "q": self.search,
            "section": self.section,
            "state": self.state,
            "sort": order if order != BY_NAME else "",
            "all": "1" if all_of_them else "",
            "page": str(page) if page else "",
        }
        return urlencode({name: value for name, value in parts.items() if value})
