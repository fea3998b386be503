"""A drawing as a file of its own: with the style sheets' light colours inside, it looks the same without them."""

import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static" / "coursework"

MARGIN = 16  # another font than the page's may run wider

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")
_USE = re.compile(r"var\((--[\w-]+)\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
_WRITTEN_CLASSES = re.compile(r'class="([^"]*)"')
_OPENING = re.compile(r'<svg ([^>]*?)viewBox="0 0 ([\d.]+) ([\d.]+)"')
# What only says how large the drawing is in its page, and motion.
_OF_THE_PAGE = ("width", "height", "max-width", "margin", "overflow", "flex", "display", "transition")


def standalone_svg(drawing: str) -> str:
    """Turn one drawing (an <svg> as `picture` makes it) into a complete SVG document on a white ground."""
    opening = _OPENING.search(drawing)
    if opening is None:
        raise ValueError("not a drawing: there is no <svg> with a viewBox that starts at 0 0")
    width, height = (float(side) + 2 * MARGIN for side in opening.group(2, 3))
    box = f'viewBox="{-MARGIN} {-MARGIN} {width:g} {height:g}"'
    start = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" {opening.group(1)}{box}'
    before, after = drawing[opening.start() :].split(">", 1)
    head = f"{start}{before[len(opening.group(0)) :]}>"
    white = _light_tokens()["--bg"]
    ground = f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{width:g}" height="{height:g}" fill="{white}"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<style>{_style(drawing)}</style>{ground}{after}\n'


def _style(drawing: str) -> str:
    """Gather the rules that this drawing's classes ask for, with the tokens resolved."""
    used = {name for written in _WRITTEN_CLASSES.findall(drawing) for name in written.split()}
    rules = (f"{selector}{{{body}}}" for selector, classes, body in _rules() if classes <= used)
    return "".join(rules)


@cache
def _light_tokens() -> dict[str, str]:
    """Read the light scheme, which is the first block of tokens.css."""
    text = _COMMENT.sub("", (STATIC / "tokens.css").read_text())
    return {name: value.strip() for name, value in _TOKEN.findall(text[: text.index("@media screen")])}


@cache
def _rules() -> list[tuple[str, frozenset[str], str]]:
    """Read drawing.css: (selector, the classes it needs, declarations). Rules for some screens only are left out."""
    text = _without_at_rules(_COMMENT.sub("", (STATIC / "drawing.css").read_text()))
    found = []
    for selectors, body in _RULE.findall(text):
        kept = [line.strip() for line in body.split(";") if line.strip() and not line.strip().startswith(_OF_THE_PAGE)]
        declarations = _USE.sub(lambda match: _light_tokens()[match.group(1)], ";".join(kept))
        for selector in _alternatives(selectors.strip()):
            classes = frozenset(_CLASS.findall(selector))
            if classes and declarations:
                found.append((selector, classes, declarations.replace('"', "'")))
    return found


def _alternatives(selectors: str) -> list[str]:
    """Take a list of selectors apart, the one inside :is(…) too, so that each can be judged by its classes."""
    listed = re.match(r"(.*):is\(([^)]*)\)(.*)", selectors)
    if listed:
        return [f"{listed.group(1)}{one.strip()}{listed.group(3)}".strip() for one in listed.group(2).split(",")]
    return [one.strip() for one in selectors.split(",")]


def _without_at_rules(text: str) -> str:
    """Drop every block that starts with an @, with the blocks inside it."""
    kept, depth, inside = [], 0, False
    for piece in re.split(r"([{}])", text):
        if piece == "{":
            depth += 1
        if not inside and "@" in piece and depth == 0:
            before, _at = piece.split("@", 1)
            kept.append(before)
            inside = True
        elif not inside:
            kept.append(piece)
        if piece == "}":
            depth -= 1
            if inside and depth == 0:
                inside = False
    return "".join(kept)
