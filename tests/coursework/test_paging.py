"""Lists page by page: to which pages there are links."""

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from coursework.paging import linked_pages


@pytest.mark.parametrize(
    ("number", "linked"),
    [(1, [1, 2, 3, 11]), (6, [1, 4, 5, 6, 7, 8, 11]), (11, [1, 9, 10, 11]), ("none", [1, 2, 3, 11])],
)
def test_links_lead_to_the_first_the_last_and_those_around(number: int | str, linked: list[int]) -> None:
    assert linked_pages(Paginator(range(101), 10).get_page(number)) == linked


def test_one_page_has_no_links() -> None:
    assert linked_pages(Paginator((), 10).get_page(1)) == [1]
    assert "<nav" not in render_to_string("components/pages.html", {"pages": [(1, "page=1")], "current": 1})


def test_links_keep_the_filter_and_say_which_page_it_is() -> None:
    pages = [(1, "q=a&page=1"), (2, "q=a&page=2"), ("…", ""), (9, "q=a&page=9")]
    text = render_to_string("components/pages.html", {"pages": pages, "current": 2, "start": "/people/?"})
    assert '<a href="/people/?q=a&amp;page=1"><span class="vh">Page </span>1</a>' in text
    assert '<a href="/people/?q=a&amp;page=2" aria-current="page">' in text
    assert '<span aria-hidden="true">…</span>' in text
    assert text.count("<a ") == 3
