"""How acts on grades stand in requests and answers: who is meant, as they were seen, and for whom it was done."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from grading.api.json_fields import Flag, Text, WholeNumber
from grading.api.sent import Sent
from grading.api.v1.words import LEFT_OUT

MOST = 2000


def _keys(**bounds: Any) -> serializers.ListField:
    told = "Keys of students' work on the task, as lists of grades give them."
    return serializers.ListField(child=Text(max_length=40), max_length=MOST, help_text=told, **bounds)


class StudentsNamedSerializer(Sent):
    """Who is meant, by the keys of their work."""

    keys = _keys(required=False)
    versions = serializers.DictField(
        child=WholeNumber(min_value=0, max_value=2**31 - 1),
        required=False,
        help_text="Which version of the grade was seen, by key: if one is another by now, nothing is done (409).",
    )


class EverybodyOrSomeSerializer(StudentsNamedSerializer):
    """Who is meant: by their keys, or everybody for whom it changes something."""

    everybody = Flag(default=False, help_text="Instead of keys. Leaves out who is held back.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Want either keys or everybody."""
        if bool(attrs.get("keys")) == attrs["everybody"]:
            raise ValidationError({"keys": ["Name the keys of those who are meant, or set everybody; not both."]})
        return attrs


class ReleaseSerializer(EverybodyOrSomeSerializer):
    """Whose grades are shown to them, and whether they get a mail."""

    mail = Flag(default=False, help_text="Tell the students by mail, where mail is set up.")


class ExcuseManySerializer(StudentsNamedSerializer):
    """Who is excused, and why."""

    keys = _keys(min_length=1)
    reason = Text(allow_blank=True, help_text="Up to 300 letters; only staff see it.")


class CountAgainSerializer(StudentsNamedSerializer):
    """For whom the task counts again."""

    keys = _keys(min_length=1)


class ExcuseSerializer(Sent):
    """Why a student is excused."""

    reason = Text(allow_blank=True, help_text="Up to 300 letters; only staff see it.")


class LeftOutSerializer(serializers.Serializer[Any]):
    """Somebody for whom nothing was done, and why."""

    key = serializers.CharField(help_text="The key of the student's work on the task.")
    name = serializers.CharField(help_text="While the task is graded blind the pseudonym.")
    reason = serializers.ChoiceField(choices=LEFT_OUT, help_text="Why nothing was done.")
    words = serializers.CharField(help_text="The same in words.")


class DoneSerializer(serializers.Serializer[Any]):
    """For how many it was done, and who was left out."""

    count = serializers.IntegerField(help_text="For how many students it was done.")
    left_out = LeftOutSerializer(many=True, help_text="For whom nothing was done.")
