"""Style sheets, scripts and icons: what templates name exists, and nothing in them needs a weaker content policy."""

import re
from pathlib import Path

import pytest

from tests.coursework.drawing.markup import STATIC, STYLE_SHEETS, TEMPLATES, parsed, style_sheet

PAGES = sorted(TEMPLATES.rglob("*.html"))
SCRIPTS = sorted(STATIC.glob("*.js"))


def icons() -> set[str]:
    return set(re.findall(r'<symbol id="i-([a-z-]+)"', (STATIC / "icons.svg").read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_templates_have_no_inline_styles_scripts_or_handlers(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"hx-on|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text))
    assert not re.search(r"https?://(?!www\.w3\.org)", text), "files come from ourselves only"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_icons_that_templates_name_exist(page: Path) -> None:
    text = page.read_text()
    used = re.findall(r'icon\.html" with name="([a-z-]+)"', text) + re.findall(r'\bicon="([a-z-]+)"', text)
    assert set(used) <= icons()


def test_the_sprite_is_well_formed_and_takes_its_colours_from_where_it_is_used() -> None:
    text = (STATIC / "icons.svg").read_text()
    for symbol in re.findall(r"<symbol.*?</symbol>", text, flags=re.DOTALL):
        parsed(symbol)
    assert 'xmlns="http://www.w3.org/2000/svg"' in text


@pytest.mark.parametrize("name", STYLE_SHEETS)
def test_style_sheets_load_nothing_from_elsewhere(name: str) -> None:
    text = style_sheet(name)
    assert "@import" not in text
    assert all(address.startswith('"fonts/') for address in re.findall(r"url\(([^)]*)\)", text))
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("name", STYLE_SHEETS)
def test_the_page_loads_every_style_sheet(name: str) -> None:
    assert f"coursework/{name}.css" in (TEMPLATES / "base.html").read_text()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_stand_alone_and_run_no_text(script: Path) -> None:
    text = script.read_text()
    # An import by path would not find its file once production has put hashes into the names
    assert not re.search(r"^\s*import\b", text, flags=re.MULTILINE)
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", text)
    assert any(f"coursework/{script.name}" in page.read_text() for page in PAGES), "some page loads it"
