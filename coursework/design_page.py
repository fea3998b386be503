"""What the hand-in page says about a design: chips, columns of the picture, settings, and one note."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.safestring import SafeString

from coursework.design import Design, free_settings
from coursework.drawing.heatmap import feature_tile
from coursework.drawing.labels import count_of, joined
from coursework.figures import StartPicture, start_picture
from coursework.rules import SINGLE_SETTINGS, TaskRules
from engine.errors import LABELS, Problem, printable
from engine.link import write_link
from engine.spec import FEATURES, SEED, describe, written

SHOWN_IGNORED = 8
REASONS = {
    "display": "display only, changes no number",
    "unknown name": "the Playground knows no such name",
    "unknown value": "the Playground knows no such value and takes its default",
    "inactive": "has no effect here",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One input to switch on or off."""

    name: str
    tile: SafeString
    checked: bool
    allowed: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """One hidden layer with its two buttons."""

    number: int
    shown: str
    can_grow: bool
    can_shrink: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting's value; `allowed` says what is allowed instead where the value is not, `options` can be chosen."""

    name: str
    label: str
    value: str
    allowed: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know, beside the button that hands in."""

    tone: str
    icon: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class DesignPage:
    """Everything that a fragment of the page shows about a design."""

    design: Design
    said: str
    playground: str
    inputs: str
    read: str
    ignored: tuple[str, ...]
    chips: tuple[Chip, ...]
    layers: tuple[Layer, ...]
    can_add: bool
    most_layers: int
    most_neurons: int
    picture: StartPicture | None
    choices: tuple[Setting, ...]
    settings: tuple[Setting, ...]
    seed_problem: str
    features_problem: str
    can_be_allowed: bool
    note: Note

    @property
    def link_state(self) -> str:
        """How far step 1 is: "" while nothing is there, else "done" or "bad"."""
        if self.design.is_empty:
            return ""
        return "bad" if self.design.unreadable else "done"

    @property
    def network_state(self) -> str:
        """How far step 2 is."""
        design = self.design
        if (design.is_empty and not design.problems) or design.unreadable:
            return ""
        return "done" if design.is_fine else "bad"


def design_page(rules: TaskRules, design: Design) -> DesignPage:
    """Look at a design from all sides."""
    limits, spec = rules.limits, design.spec
    wrong = {problem.field: problem for problem in design.problems}
    free = free_settings(rules)
    layers = spec.hidden_layers[: limits.max_layers]
    return DesignPage(
        design=design,
        said=_said(design),
        playground=_playground(design),
        inputs=f"{len(spec.features)} of {len(limits.features)}",
        read=_read(design),
        ignored=_ignored(design),
        chips=_chips(rules, design),
        layers=tuple(
            Layer(number, _short(neurons), neurons < limits.max_neurons, neurons > 1)
            for number, neurons in enumerate(layers, start=1)
        ),
        can_add=len(spec.hidden_layers) < limits.max_layers,
        most_layers=limits.max_layers,
        most_neurons=limits.max_neurons,
        picture=start_picture(spec),
        choices=tuple(_choice(rules, design, name, wrong.get(name)) for name in free),
        settings=_settings(design, [name for name in SINGLE_SETTINGS if name not in free], wrong),
        seed_problem=_seed_problem(design, wrong),
        features_problem=wrong["features"].message if "features" in wrong else "",
        can_be_allowed=bool(wrong.keys() - {"seed"}),
        note=_note(rules, design, wrong),
    )


def _short(neurons: int) -> str:
    return str(neurons) if abs(neurons) < 1000 else "…"


def _playground(design: Design) -> str:
    """The address that opens this network, written anew: what stood around a pasted link is gone."""
    if design.unreadable:
        return ""
    seed = design.spec.seed
    return write_link(design.spec if seed and SEED.fullmatch(seed) else design.spec.with_seed(None))


def _said(design: Design) -> str:
    """Say a change for those who don't see the picture."""
    inputs, spec = count_of(len(design.spec.features), "input"), design.spec
    layers = joined([_short(neurons) for neurons in spec.hidden_layers[:8]])
    return f"{inputs}, " + (f"hidden layers: {layers}" if layers else "no hidden layer")


def _read(design: Design) -> str:
    """Say in a line what the link was read as."""
    if design.is_empty or design.unreadable:
        return ""
    spec = design.spec
    layers = count_of(len(spec.hidden_layers), "hidden layer") if spec.hidden_layers else "no hidden layer"
    seed = f"seed {printable(spec.seed)}" if spec.seed else "no seed"
    return f"{spec.dataset}, {count_of(len(spec.features), 'input')}, {layers}, {seed}."


def _ignored(design: Design) -> tuple[str, ...]:
    shown = [
        f"{one.name or '(no name)'} ({REASONS.get(one.reason, one.reason)})" for one in design.ignored[:SHOWN_IGNORED]
    ]
    rest = len(design.ignored) - len(shown)
    return (*shown, f"{rest} more") if rest else tuple(shown)


def _chips(rules: TaskRules, design: Design) -> tuple[Chip, ...]:
    """Offer the inputs that the task allows, and whatever else the link switches on."""
    allowed, on = rules.limits.features, design.spec.features
    return tuple(
        Chip(name, _tile(name), name in on, name in allowed) for name in FEATURES if name in allowed or name in on
    )


@cache
def _tile(name: str) -> SafeString:
    return feature_tile(name)


def _choice(rules: TaskRules, design: Design, name: str, problem: Problem | None) -> Setting:
    """Offer the values that the task allows, and the link's own, so that the field agrees with the link."""
    value = written(getattr(design.spec, name))
    allowed = getattr(rules.limits, name)
    options = tuple(written(one) for one in allowed)
    if value not in options:
        options = (value, *options)
    return Setting(name, LABELS[name], value, describe(allowed) if problem else "", options)


def _settings(design: Design, fixed: Sequence[str], wrong: dict[str, Problem]) -> tuple[Setting, ...]:
    """List what has no field of its own: what the task fixes, the layers and the size."""
    spec = design.spec
    rows = [
        Setting(name, LABELS[name], printable(written(getattr(spec, name))), _allowed(name, wrong)) for name in fixed
    ]
    layers = ", ".join(map(str, spec.hidden_layers)) or "none"
    rows.append(Setting("hidden_layers", LABELS["hidden_layers"], printable(layers), _allowed("hidden_layers", wrong)))
    if "hidden_layers" not in wrong:
        rows.append(Setting("links", "Weights and biases", f"{spec.parameters:,}"))
    return tuple(rows)


def _allowed(name: str, wrong: dict[str, Problem]) -> str:
    return wrong[name].allowed if name in wrong else ""


def _seed_problem(design: Design, wrong: dict[str, Problem]) -> str:
    if design.impossible:
        return f"{design.impossible} Take another seed."
    if "seed" not in wrong:
        return ""
    if not wrong["seed"].value:
        return (
            "The link holds no seed, so nobody can repeat your run. Copy the address while the Playground shows the "
            "run, or draw a seed and run the new link."
        )
    return wrong["seed"].message


def _note(rules: TaskRules, design: Design, wrong: dict[str, Problem]) -> Note:
    """Say the one thing that matters now: what stands in the way, or that nothing was found."""
    if design.unreadable:
        return Note("bad", "ban", "This link can't be read", "See step 1 for what is wrong with it.")
    if design.is_empty and not wrong:
        return Note("calm", "link", "No network yet", "Paste a link, or build your network in the picture.")
    others = [LABELS.get(name, name).lower() for name in wrong if name != "seed"]
    if others:
        heading = "One setting is not allowed" if len(others) == 1 else f"{len(others)} settings are not allowed"
        return Note("bad", "ban", heading, f"Change {joined(others)} in step 2, or paste another link.")
    if "seed" in wrong:
        return Note(
            "warn", "warn", "No seed that can be used yet", "A run can only be repeated from its seed: see step 2."
        )
    if design.impossible:
        return Note("bad", "stop", "This can't be done on your seed", f"{design.impossible} Take another seed.")
    return Note(
        "ok",
        "check-circle",
        "This can be done on your seed",
        f"We looked at the points of seed {design.spec.seed} and found nothing in them that rules out {rules.target}. "
        "Whether your network gets there in time, the run will show.",
    )
