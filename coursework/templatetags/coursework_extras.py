"""How numbers and names are written on pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from coursework import countdown as counting
from coursework.deadlines import Window
from coursework.drawing.labels import FEATURE_LABELS, loss_text
from coursework.late_words import late_sentence
from coursework.models import Assignment
from engine.spec import Spec, written

register = template.Library()


@register.filter
def epochs(value: float | None) -> str:
    """Write a number of epochs with a comma at the thousands; a median may end in .5; never is a dash."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


@register.filter
def ordinal(number: int) -> str:
    """Write a place: 1st, 2nd, 3rd, 11th."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


@register.filter
def setting(value: object) -> str:
    """Write a setting as the Playground's links do: 0.00001, not 1e-05."""
    return written(value)


@register.filter
def features(names: tuple[str, ...]) -> SafeString:
    """List inputs as they are written there, such as x₁ and x₂²."""
    return format_html_join(", ", "{}", ((FEATURE_LABELS[name].html,) for name in names))


@register.filter
def feature(name: str) -> SafeString:
    """Write one input as the Playground does."""
    return FEATURE_LABELS[name].html


@register.filter
def loss(value: float | None) -> str:
    """Write a loss with five decimals; what is no number is a dash."""
    return "–" if value is None else loss_text(value)


@register.filter
def layers(sizes: tuple[int, ...]) -> str:
    """Describe hidden layers: "layers of 4 and 2 neurons", "no hidden layer"."""
    if not sizes:
        return "no hidden layer"
    if len(sizes) == 1:
        return f"one layer of {_neurons(sizes[0])}"
    return f"layers of {', '.join(map(str, sizes[:-1]))} and {_neurons(sizes[-1])}"


def _neurons(count: int) -> str:
    return f"{count} neuron" if count == 1 else f"{count} neurons"


@register.filter
def summary(spec: Spec) -> SafeString:
    """Say in a line what a network is made of."""
    return format_html(
        "inputs {}; {}; {} links; seed {}", features(spec.features), layers(spec.hidden_layers), spec.links, spec.seed
    )


@register.simple_tag
def countdown(moment: datetime) -> SafeString:
    """Say how far off an instant is ("in 2 days 3 h"), beside the instant; countdown.js keeps it true."""
    return counting.countdown(moment, now=timezone.now())


@register.simple_tag
def late_words(assignment: Assignment, window: Window) -> str:
    """Say what handing in late costs a student with this window; empty where nothing late is accepted."""
    return late_sentence(assignment.late_policy, window, timezone.now())


@register.filter
def short_hash(hexadecimal: str) -> str:
    """Shorten a hash to what a person compares: its first 16 digits in groups of four."""
    return " ".join(hexadecimal[start : start + 4] for start in range(0, 16, 4))


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look something up in a mapping; what is not there is empty."""
    return mapping.get(key, "")
