"""What a program sends to hand in, held against the rules of the page's form."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from coursework import hand_in_rules
from coursework.deadlines import Standing
from coursework.design import Design, Sent, design, design_of
from coursework.selectors.drafts import draft_pictures
from coursework.selectors.places import Place
from coursework.services.screenshots import ALLOWED, MOST_SCREENSHOTS, PreparedScreenshot
from coursework.services.submissions import DUE_TIME_PASSED
from engine.spec import Spec
from grading.api.json_fields import Flag, WholeNumber
from grading.api.v1.designs import DesignReader, DesignSerializer, at_link, at_settings

SAY_LATE = f"{DUE_TIME_PASSED}: send accept_late: true to hand in late."


class HandInJson(DesignSerializer):
    """What is handed in, either `link` or `spec`, with the screenshots of the draft (`from_draft`)."""

    claimed_epochs = WholeNumber(help_text="The first epoch at which the target is reached.")
    accept_late = Flag(default=False, help_text="Hand in even if the due time has passed; it will be marked late.")
    from_draft = Flag(default=False, help_text="Hand in the screenshots of the draft, too. The draft ends with that.")


class HandInForm(HandInJson):
    """What is handed in, either `link` or `spec`, with the screenshots as files."""

    spec = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="The settings instead of a link, as JSON in a text."
    )
    screenshots = serializers.ListField(
        child=serializers.FileField(),
        required=False,
        help_text=f"Files of this name: with the draft's 1 to {MOST_SCREENSHOTS} {ALLOWED}.",
    )


class HandInReader(DesignReader, HandInJson):
    """Reads what is handed in, and holds it against all the rules of the page.

    `prepared` are the screenshots that came along, `refused` says why others are not taken. `sent_before`: the same key
    has become a submission; that one has given the draft's pictures away, and was asked about being late.
    """

    design: Design | None = None

    def __init__(
        self,
        *args: Any,
        place: Place,
        prepared: Sequence[PreparedScreenshot] = (),
        refused: Sequence[str] = (),
        sent_before: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, rules=place.rules, **kwargs)
        self.place, self.prepared, self.refused, self.sent_before = place, prepared, refused, sent_before
        self._with_draft = False
        messages = self.fields["claimed_epochs"].error_messages
        for kind in ("required", "null"):
            messages[kind] = hand_in_rules.no_claim(place.rules)
        for kind in ("invalid", "max_string_length"):
            messages[kind] = hand_in_rules.unreadable_claim(place.rules)

    def known_fields(self) -> list[str]:
        """Name the fields; only a form brings files along."""
        return [*super().known_fields(), *(["screenshots"] if self.context["is_form"] else ())]

    def validate_link(self, link: str) -> str:
        """Refuse what can't be read as a link, and what the task does not allow of it."""
        self.design = design(self.rules, Sent(link=link))
        at_link(hand_in_rules.of_design(self.design))
        return link

    def validate_spec(self, spec: Spec) -> Spec:
        """Refuse what the task does not allow."""
        self.design = design_of(self.rules, spec)
        at_settings(hand_in_rules.of_design(self.design))
        return spec

    def validate_claimed_epochs(self, claimed: int) -> int:
        """Refuse a claim that no run of this task can confirm."""
        refusal = hand_in_rules.of_claim(self.rules, claimed)
        if refusal:
            raise serializers.ValidationError(refusal)
        return claimed

    def validate_accept_late(self, accepted: bool) -> bool:
        """Ask where it would be late."""
        if self.place.standing is Standing.LATE and not accepted and not self.sent_before:
            raise serializers.ValidationError(SAY_LATE)
        return accepted

    def validate_from_draft(self, wanted: bool) -> bool:
        """Remember which pictures count."""
        self._with_draft = wanted
        return wanted

    def further_errors(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Say why the pictures are not taken. Where nothing is taken any more, the reason for that is what counts."""
        pictures = {one.upload_hash for one in self.prepared}
        if self._with_draft:
            drafted = draft_pictures(task=self.place.task, enrollment=self.place.enrollment)
            pictures |= {one.upload_hash for one in drafted}
        count = len(pictures) or int(self.sent_before or not self.place.is_open)
        found = hand_in_rules.of_pictures(count, self.refused)
        errors = super().further_errors(data)
        return errors | {"screenshots": found} if found else errors
