"""Taking over into a draft what its picture shows, and taking that back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coursework.design import Design, Sent, design
from coursework.models import Enrollment, Task
from coursework.rules import TaskRules
from coursework.services.drafts import save_draft
from engine.link import write_link
from engine.spec import SEED
from grading.adoption import Filled, adopted, told, unseen_neurons
from grading.screenshots.reading import ScreenshotReading

Fields = Mapping[str, Sequence[str]]  # name of a form field -> all its values, as they were sent


@dataclass(frozen=True, slots=True)
class DraftForm:
    """What a draft's fields come to: the design, and the claim as typed and as it counts."""

    design: Design
    claim_text: str
    filled: Filled

    @property
    def has_link(self) -> bool:
        """True once there is a network that can be compared."""
        return not (self.design.is_empty or self.design.unreadable)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was taken over, in a sentence, and link and claim (as text) before and after."""

    told: str
    link_before: str
    claim_before: str
    link: str
    claim: str


def draft_form(rules: TaskRules, fields: Fields) -> DraftForm:
    """Read the fields of a draft, whatever they hold."""
    found = design(rules, Sent.of(fields))
    typed = (fields.get("claimed_epochs") or [""])[-1].strip()
    return DraftForm(found, typed, Filled(found.spec, rules.claim(typed)))


def take_over(
    *,
    task: Task,
    enrollment: Enrollment,
    rules: TaskRules,
    fields: Fields,
    reading: ScreenshotReading,
    names: Iterable[str],
) -> TakenOver:
    """Put what the picture shows under these names into the draft; everything else in the form stays.

    The names are among `grading.adoption.ADOPTABLE`, and the task allows their values.
    """
    form, names = draft_form(rules, fields), tuple(names)
    after = adopted(reading, form.filled, names)
    link = form.design.link if after.spec == form.filled.spec else _link(after)
    claim = form.claim_text if after.claimed == form.filled.claimed else str(after.claimed)
    _save(task, enrollment, after, link, form.design.seed, claim)
    sentences = [told(form.filled, after), unseen_neurons(reading) if "hidden_layers" in names else ""]
    return TakenOver(" ".join(filter(None, sentences)), form.design.link, form.claim_text, link, claim)


def take_back(*, task: Task, enrollment: Enrollment, rules: TaskRules, taken: TakenOver) -> None:
    """Put link and claim back as they were before they were taken over."""
    before = draft_form(rules, {"link": [taken.link_before], "claimed_epochs": [taken.claim_before]})
    _save(task, enrollment, before.filled, taken.link_before, before.design.seed, taken.claim_before)


def _link(after: Filled) -> str:
    """Write the network's link; a seed that can't stand in one waits in its own field for what is to be done."""
    seed = after.spec.seed
    return write_link(after.spec if seed and SEED.fullmatch(seed) else after.spec.with_seed(None))


def _save(task: Task, enrollment: Enrollment, filled: Filled, link: str, seed: str, claim: str) -> None:
    """Keep the fields as the page shows them once the design was drawn: link and fields agree."""
    fields = {
        "link": [link],
        "drawn": [link],
        "features": filled.spec.features,
        "seed": [seed],
        "claimed_epochs": [claim],
    }
    save_draft(task=task, enrollment=enrollment, fields=fields)
