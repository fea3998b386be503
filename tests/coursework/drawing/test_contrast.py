"""Contrast of the colours that meet, computed from tokens.css by WCAG's formula: 4.5 for text, 3 for marks."""

import re

import pytest

from tests.coursework.drawing.markup import STATIC, STYLE_SHEETS, style_sheet

Tokens = dict[str, str]

SURFACES = ("bg", "surface", "inset", "hover", "own")
TEXT_ON_SURFACES = ("ink", "ink-2", "ink-3", "link", "ok", "warn", "bad", "info", "calm", "pos-ink", "neg-ink", "train")
TINTS = ("ok", "warn", "bad", "info", "calm")
MARKS = (
    *("line-strong", "focus", "accent", "pos", "line-neg", "tile", "train", "test"),
    *("ok-mark", "warn-mark", "bad-mark", "info-mark", "calm-mark"),
)


def schemes() -> dict[str, Tokens]:
    light, rest = style_sheet("tokens").split("@media screen and (prefers-color-scheme: dark)")
    found = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")
    tokens = dict(found.findall(light))
    return {"light": tokens, "dark": tokens | dict(found.findall(rest))}


def luminance(colour: str) -> float:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=["light", "dark"])
def tokens(request: pytest.FixtureRequest) -> Tokens:
    return schemes()[request.param]


def test_the_formula() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", TEXT_ON_SURFACES)
def test_text_on_surfaces(tokens: Tokens, text: str, surface: str) -> None:
    assert contrast(tokens[text], tokens[surface]) >= 4.5


@pytest.mark.parametrize("tint", TINTS)
@pytest.mark.parametrize("text", ["ink", "ink-2", "link", None])
def test_text_on_tints(tokens: Tokens, text: str | None, tint: str) -> None:
    assert contrast(tokens[text or tint], tokens[f"{tint}-bg"]) >= 4.5


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *(("on-head", "head"), ("on-head-2", "head"), ("on-head", "head-tint")),
        *(("on-accent", "accent"), ("on-accent", "accent-hover")),
    ],
)
def test_text_on_the_head_and_on_buttons(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("mark", MARKS)
def test_marks_on_the_page(tokens: Tokens, mark: str) -> None:
    assert contrast(tokens[mark], tokens["bg"]) >= 3


@pytest.mark.parametrize("mark", ["line-strong", "focus", "accent", "pos", "line-neg", "tile"])
def test_marks_on_insets(tokens: Tokens, mark: str) -> None:
    assert contrast(tokens[mark], tokens["inset"]) >= 3


@pytest.mark.parametrize("mark", ["brand-neg", "brand-pos", "on-head"])
def test_marks_on_the_head(tokens: Tokens, mark: str) -> None:
    assert contrast(tokens[mark], tokens["head"]) >= 3


@pytest.mark.parametrize("band", range(9))
def test_points_on_the_side_of_their_sign(tokens: Tokens, band: int) -> None:
    if band <= 4:
        assert contrast(tokens["pt-neg"], tokens[f"f{band}"]) >= 3
    if band >= 4:
        assert contrast(tokens["pt-pos"], tokens[f"f{band}"]) >= 3


@pytest.mark.parametrize("name", [name for name in STYLE_SHEETS if name != "tokens"])
def test_colours_stand_in_the_tokens_only(name: str) -> None:
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", style_sheet(name))


def test_every_token_that_is_used_exists() -> None:
    defined = set(re.findall(r"(--[\w-]+):", "".join(style_sheet(name) for name in STYLE_SHEETS)))
    used = set(re.findall(r"var\((--[\w-]+)", "".join(style_sheet(name) for name in STYLE_SHEETS)))
    assert used <= defined


def test_the_dark_scheme_redefines_every_colour_that_is_not_the_same_by_intent() -> None:
    both = schemes()
    same = {name for name, colour in both["light"].items() if both["dark"][name] == colour}
    assert same == {"on-accent", "brand-pos", "brand-neg", "qr-ground", "frame", "on-frame", "frame-now"}


def test_the_font_comes_with_its_licence() -> None:
    assert (STATIC / "fonts" / "inter-latin-wght-normal.woff2").stat().st_size > 10_000
    assert "SIL Open Font License" in (STATIC / "fonts" / "LICENSE-Inter.txt").read_text()


def test_frames_over_screenshots(tokens: Tokens) -> None:
    assert contrast(tokens["on-frame"], tokens["frame"]) >= 4.5  # the number on its disc
    assert contrast(tokens["frame-now"], tokens["frame"]) >= 3
