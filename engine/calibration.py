"""Course seeds: drawn so that the target can be reached on them, their difficulty measured with a reference design.

Seeds differ in difficulty by more than designs do. A class can't be ranked on whatever seeds come first: on some of
them nobody reaches the target.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.feasibility import feasibility, possible
from engine.prng import SeededRandom
from engine.spec import FEATURES, Spec
from engine.training import SHOWN_TARGET, Progress, Start, train

CANDIDATES = 64
SIDE_BY_SIDE = 16  # candidates that are trained at once
_STRONG = Spec(hidden_layers=(8, 8, 8), features=FEATURES)

REFERENCES: Mapping[str, Spec] = {
    # What the page opens with: about 3 of 4 seeds reach both losses within 3,000 epochs, and students improve on it.
    "circle": Spec(),
    # The default network never learns the spiral. All features and three full layers are what good designs come close
    # to: on about every second seed they reach either loss within 1,500 epochs.
    "spiral": replace(_STRONG, dataset="spiral"),
}


@dataclass(frozen=True)
class Candidate:
    """A seed that was looked at: whether its points leave the target open, and the epoch of the reference design.

    `reached` is None if the reference design did not get there within the cap, or was not tried.
    """

    seed: str
    possible: bool
    reached: int | None


@dataclass(frozen=True)
class Calibration:
    """Course seeds in the order in which they were drawn, and everything that was looked at on the way."""

    seeds: tuple[Candidate, ...]
    tried: tuple[Candidate, ...]


def reference_design(spec: Spec) -> Spec:
    """Give the reference design for a task with this data set, noise and share of training data; it has no seed."""
    design = REFERENCES.get(spec.dataset, _STRONG)
    data = {name: getattr(spec, name) for name in ("problem", "dataset", "noise", "train_percent")}
    return replace(design, **data, seed=None)


def calibrate(
    reference: Spec,
    *,
    criterion: str,
    max_epochs: int,
    count: int,
    draw: str,
    target: float = SHOWN_TARGET,
    candidates: int = CANDIDATES,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Calibration:
    """Draw seeds until `count` of them are possible and reached by the reference design, or candidates run out.

    `draw` is the text that decides which seeds are drawn: the same text gives the same ones. The result may hold fewer
    seeds than asked for. Progress begins anew with each `SIDE_BY_SIDE` candidates. Raises what `train` raises.
    """
    found: list[Candidate] = []
    tried: list[Candidate] = []
    drawn = draw_seeds(draw, candidates)
    for first in range(0, len(drawn), SIDE_BY_SIDE):
        if len(found) >= count:
            break
        seeds = drawn[first : first + SIDE_BY_SIDE]
        open_seeds = [seed for seed in seeds if possible(reference.with_seed(seed), criterion, target)]
        reports = train(
            [Start(reference.with_seed(seed)) for seed in open_seeds],
            stop=criterion,
            max_epochs=max_epochs,
            target=target,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        reached = {report.spec.seed: report.reached.first(criterion) for report in reports}
        looked_at = [Candidate(seed, seed in reached, reached.get(seed)) for seed in seeds]
        tried += looked_at
        found += [candidate for candidate in looked_at if candidate.reached is not None]
    return Calibration(tuple(found[:count]), tuple(tried))


def draw_seeds(draw: str, count: int) -> list[str]:
    """Give `count` different seeds of five decimals, as the Playground writes its own."""
    return list(_different(SeededRandom(draw), count))


def _different(random: SeededRandom, count: int) -> Iterator[str]:
    seen: set[str] = set()
    while len(seen) < min(count, 10**5):
        seed = f"{random.random():.5f}"
        if seed not in seen:
            seen.add(seed)
            yield seed


def why_never_possible(
    spec: Spec, criterion: str, target: float = SHOWN_TARGET, seeds: Sequence[str] | None = None
) -> str | None:
    """Give the reason if a criterion is impossible on every seed looked at (by default 20 drawn ones), else None.

    For tasks: with all features that the task allows, since what they can't tell apart fewer can't either.
    """
    reason = None
    for seed in draw_seeds("feasibility", 20) if seeds is None else seeds:
        seeded = spec.with_seed(seed)
        if possible(seeded, criterion, target):
            return None
        reason = feasibility(seeded, target).reasons[criterion]
    return reason
