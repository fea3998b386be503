"""What every drawing promises, checked on its markup."""

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "coursework" / "static" / "coursework"
TEMPLATES = ROOT / "templates"
STYLE_SHEETS = ("tokens", "base", "components", "forms", "drawing", "pages")

Element = ElementTree.Element


def parsed(markup: str) -> Element:
    """Parse a drawing and check its promises: well-formed, no styles or colours of its own, known classes, a name."""
    root = ElementTree.fromstring(markup)
    for element in root.iter():
        assert not {"style", "fill", "color"} & element.attrib.keys(), element.attrib
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!\w)|rgb\(|hsl\(", colourless(element)), element.attrib
        assert known_classes().issuperset(element.get("class", "").split()), element.get("class")
        assert "nan" not in element.get("d", "") and "inf" not in element.get("d", "")
        if element.tag == "svg":
            assert element.get("aria-hidden") == "true" or (element.get("role") == "img" and element.get("aria-label"))
    return root


def colourless(element: Element) -> str:
    """Join the attributes in which a colour could hide; a reference to an id is none."""
    return " ".join(value for name, value in element.attrib.items() if name not in ("href", "id", "aria-label"))


@cache
def known_classes() -> frozenset[str]:
    """Collect the class names that the style sheets know."""
    sheets = "".join(style_sheet(name) for name in STYLE_SHEETS)
    return frozenset(re.findall(r"\.([a-z][\w-]*)", sheets))


def style_sheet(name: str) -> str:
    """Read a style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (STATIC / f"{name}.css").read_text(), flags=re.DOTALL)


def with_class(root: Element, name: str) -> list[Element]:
    """Find the elements of a class."""
    return [element for element in root.iter() if name in element.get("class", "").split()]


def numbers(path: str) -> list[float]:
    """Read the numbers of a path."""
    return [float(number) for number in re.findall(r"-?\d*\.?\d+", path)]


def texts(root: Element) -> list[str]:
    """Read all texts in order."""
    return ["".join(element.itertext()) for element in root.iter("text")]


def text_element(root: Element, words: str) -> Element:
    """Find the text with just these words."""
    return next(element for element in root.iter("text") if "".join(element.itertext()) == words)
