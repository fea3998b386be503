"""A student's design: from what the hand-in form holds to one network, its link and what stands against it. Pure.

The link is what is handed in. The fields beside it (inputs, seed, settings) and the buttons in the picture change it;
whichever way a design came about, it is read back from its link, so that picture, fields and link always agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from coursework.design_edits import DRAW_SEED, edited, within
from coursework.feasible import why_impossible
from coursework.rules import SINGLE_SETTINGS, TaskRules
from engine.errors import LinkError, Problem
from engine.link import Ignored, read_link, write_link
from engine.spec import DATASETS, FEATURES, SEED, SEED_ALLOWED, Spec, describe, written

LONGEST_SEED = 200  # more than any seed; what is longer is cut before it is shown again


@dataclass(frozen=True, slots=True)
class Sent:
    """The network part of the form as it was sent.

    `drawn` is the link from which the fields were drawn, None where there were no fields: a field counts only where
    it differs from that link, and only while the link's own field was left alone.
    """

    link: str = ""
    drawn: str | None = None
    features: tuple[str, ...] = ()
    seed: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    edits: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Sequence[str]]) -> "Sent":
        """Take the network part out of a form's values, name -> all values of that name."""

        def last(name: str) -> str | None:
            return values[name][-1] if values.get(name) else None

        seed = last("seed")
        return cls(
            link=(last("link") or "").strip(),
            drawn=drawn.strip() if (drawn := last("drawn")) is not None else None,
            features=tuple(name for name in FEATURES if name in values.get("features", ())),
            seed=seed.strip()[:LONGEST_SEED] if seed is not None else None,
            settings={name: value for name in SINGLE_SETTINGS if (value := last(name)) is not None},
            edits=tuple(values.get("edit", ())),
        )


@dataclass(frozen=True, slots=True)
class Design:
    """One network as it stands: `link` is the text of the link's field, `spec` what it says.

    `unreadable` says why the link can't be read (then `spec` is what the task starts with), `problems` what the task
    does not allow, `impossible` why no network could reach the target on this seed. `seed` is the text of the seed's
    field. `contradicts`: the link and the fields were both changed, and the link was taken.
    """

    spec: Spec
    link: str
    seed: str
    ignored: tuple[Ignored, ...] = ()
    unreadable: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    impossible: str | None = None
    contradicts: bool = False

    @property
    def is_empty(self) -> bool:
        """True while there is no link yet; the picture then shows where the task starts."""
        return not self.link

    @property
    def is_fine(self) -> bool:
        """True if nothing stands against handing it in."""
        return not (self.is_empty or self.unreadable or self.problems or self.impossible)


@dataclass(frozen=True, slots=True)
class _Reading:
    spec: Spec
    ignored: tuple[Ignored, ...] = ()
    unreadable: tuple[Problem, ...] = ()


def design(rules: TaskRules, sent: Sent) -> Design:
    """Give the design that a form holds, with the edits of the picture's buttons applied in their order."""
    reading = _read(rules, sent.link)
    fields_count = sent.drawn is not None and sent.drawn == sent.link
    changes, refused = _changes(rules, reading.spec, sent) if fields_count else ({}, [])
    changed = edited(rules, replace(reading.spec, **changes), sent.edits)
    link, seed = sent.link, sent.seed if any(problem.field == "seed" for problem in refused) else None
    if DRAW_SEED in sent.edits and seed is not None:  # the typed one makes way
        refused, seed = [problem for problem in refused if problem.field != "seed"], None
    if changed != reading.spec:
        link, unwritable = _write(rules, changed)
        reading = _read(rules, link)
        if unwritable is not None:
            seed = unwritable[:LONGEST_SEED]
            refused.append(Problem("seed", seed, SEED_ALLOWED))
    found = _judged(rules, link, reading, refused)
    return replace(
        found, seed=(reading.spec.seed or "") if seed is None else seed, contradicts=_contradicts(rules, sent)
    )


def design_of(rules: TaskRules, spec: Spec) -> Design:
    """Give the design that settings describe, held against the same rules as one that came as a link."""
    link, bad_seed = _write(rules, spec)
    refused = [Problem("seed", bad_seed, SEED_ALLOWED)] if bad_seed is not None else []
    return replace(_judged(rules, link, _Reading(spec), refused), seed=spec.seed or "")


def _read(rules: TaskRules, link: str) -> _Reading:
    if not link:
        return _Reading(rules.starting_spec)
    try:
        found = read_link(link)
    except LinkError as error:
        return _Reading(rules.starting_spec, unreadable=error.problems)
    return _Reading(found.spec, found.ignored)


def _judged(rules: TaskRules, link: str, reading: _Reading, refused: Sequence[Problem]) -> Design:
    """Hold a link against the rules; of a field that was refused already nothing more is said."""
    spec, readable = reading.spec, bool(link) and not reading.unreadable
    named = {problem.field for problem in refused}
    judged = rules.problems(spec) if readable else ()
    problems = (*refused, *(problem for problem in judged if problem.field not in named))
    return Design(
        spec=spec,
        link=link,
        seed="",
        ignored=reading.ignored,
        unreadable=reading.unreadable,
        problems=problems,
        impossible=why_impossible(rules, spec) if readable and not problems else None,
    )


# --- Fields ------------------------------------------------------------------------------------------------------


def free_settings(rules: TaskRules) -> list[str]:
    """Name the settings with one value each that a task leaves open."""
    return [name for name in SINGLE_SETTINGS if len(getattr(rules.limits, name)) > 1]


def _changes(rules: TaskRules, base: Spec, sent: Sent) -> tuple[dict[str, Any], list[Problem]]:
    """Give what the fields change against the network that they were drawn from, and what can't be taken."""
    changes: dict[str, Any] = {}
    refused: list[Problem] = []
    if sent.features != base.features:
        changes["features"] = sent.features
    if sent.seed is not None and sent.seed != (base.seed or ""):
        if sent.seed and not SEED.fullmatch(sent.seed):
            refused.append(Problem("seed", sent.seed, SEED_ALLOWED))
        else:
            changes["seed"] = sent.seed or None
    for name in free_settings(rules):
        _change_setting(rules, base, name, sent.settings.get(name), changes, refused)
    return _with_fitting_data(rules, changes), refused


def _change_setting(
    rules: TaskRules, base: Spec, name: str, text: str | None, changes: dict[str, Any], refused: list[Problem]
) -> None:
    if text is None or text == written(getattr(base, name)):
        return
    allowed = {written(value): value for value in getattr(rules.limits, name)}
    if text in allowed:
        changes[name] = allowed[text]
    else:
        refused.append(Problem(name, text, describe(allowed.values())))


def _with_fitting_data(rules: TaskRules, changes: dict[str, Any]) -> dict[str, Any]:
    """A link holds the data set under its problem's name, so that one of the two brings the other with it."""
    if "dataset" in changes:
        problem = next(name for name, sets in DATASETS.items() if changes["dataset"] in sets)
        return changes | {"problem": problem}
    if "problem" in changes:
        fitting = [name for name in DATASETS[changes["problem"]] if name in rules.limits.dataset]
        return changes | {"dataset": (fitting or DATASETS[changes["problem"]])[0]}
    return changes


def _contradicts(rules: TaskRules, sent: Sent) -> bool:
    if sent.drawn is None or sent.drawn == sent.link:
        return False
    changes, refused = _changes(rules, _read(rules, sent.drawn).spec, sent)
    return bool(changes or refused)


# --- Writing -----------------------------------------------------------------------------------------------------


def _write(rules: TaskRules, spec: Spec) -> tuple[str, str | None]:
    """Write a design's link; a seed that can't stand in a link is left out and given back."""
    bad_seed = spec.seed if spec.seed is not None and not SEED.fullmatch(spec.seed) else None
    if bad_seed is not None:
        spec = spec.with_seed(None)
    link = write_link(spec)
    if _read(rules, link).unreadable:  # layers without end, written out in full, are longer than a link may be
        link = write_link(replace(spec, hidden_layers=within(rules, spec.hidden_layers)))
    return link, bad_seed
