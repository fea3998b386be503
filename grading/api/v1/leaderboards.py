"""The leaderboard of a task, as its page shows it to the same person."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment
from grading.api.base import ScopedView
from grading.api.json_fields import Word
from grading.api.places import api_task
from grading.api.reading import read_query
from grading.api.scopes import ApiScope
from grading.board import ASCENDING, DESCENDING, OF_DESIGNS, PLACE, SORTS, Board, board_for
from grading.leaderboard import Entry, Placed
from grading.visibility import is_over


class BoardQuery(serializers.Serializer[Any]):
    """In which order the rows are wanted."""

    sort = Word(choices=list(SORTS), default=PLACE, help_text="The column that the rows are sorted by.")
    order = Word(choices=[ASCENDING, DESCENDING], default=ASCENDING, help_text="Ascending or descending.")


class BoardDesignSerializer(serializers.Serializer[Entry]):
    """A network, and what it does on each course seed."""

    features = serializers.ListField(child=serializers.CharField(), help_text="The network's inputs.")
    hidden_layers = serializers.ListField(child=serializers.IntegerField(), help_text="Neurons of each hidden layer.")
    parameters = serializers.IntegerField(help_text="Weights and biases of the network.")
    seed_epochs = serializers.ListField(
        child=serializers.IntegerField(allow_null=True), help_text="By course seed; null: never."
    )


class BoardRowSerializer(serializers.Serializer[Any]):
    """One student's place."""

    place = serializers.IntegerField(help_text="1 is the best.")
    sharing = serializers.IntegerField(help_text="How many stand at this place, this one among them.")
    name = serializers.CharField(help_text="The pseudonym, or by the student's own choice the name.")
    is_you = serializers.BooleanField(help_text="The row is your own.")
    official_epochs = serializers.FloatField(allow_null=True, help_text="null: not within the task's epochs.")
    design = BoardDesignSerializer(allow_null=True, help_text="null while classmates' designs are hidden.")


class OwnResultSerializer(serializers.Serializer[Any]):
    """The result of who asks that counts on the board as it is shown."""

    receipt_number = serializers.CharField(help_text="Names the submission.")
    official_epochs = serializers.FloatField(
        allow_null=True, help_text="What ranks it; null: not within the task's epochs."
    )
    design = BoardDesignSerializer(help_text="The network.")


class NewerResultSerializer(serializers.Serializer[Any]):
    """A better result that a frozen board does not hold."""

    receipt_number = serializers.CharField(help_text="Names the submission.")
    official_epochs = serializers.FloatField(
        allow_null=True, help_text="What would rank it; null: not within the task's epochs."
    )
    place = serializers.IntegerField(help_text="The place that it would have.")


class LeaderboardSerializer(serializers.Serializer[Any]):
    """A task's leaderboard: all rows that the person sees, since places are known of all of them at once."""

    sort = serializers.ChoiceField(choices=list(SORTS), help_text="The column that the rows are sorted by.")
    order = serializers.ChoiceField(choices=[ASCENDING, DESCENDING], help_text="Ascending or descending.")
    course_seeds = serializers.IntegerField(help_text="How many; without any there is nothing to rank by.")
    seeds = serializers.ListField(child=serializers.CharField(), help_text="Empty while they are hidden.")
    designs_shown = serializers.BooleanField(help_text="Classmates' networks are shown.")
    is_hidden = serializers.BooleanField(help_text="From students: then `rows` is empty for them.")
    frozen_at = serializers.DateTimeField(allow_null=True, help_text="Students see the board as it was then.")
    is_final = serializers.BooleanField(help_text="Nothing can move it any more.")
    ranked = serializers.IntegerField(help_text="How many have a place, those that are not shown among them.")
    own_place = serializers.IntegerField(allow_null=True, help_text="Your own place; null: none.")
    own_result = OwnResultSerializer(allow_null=True, help_text="Your result that counts here; null: none does.")
    newer_result = NewerResultSerializer(
        allow_null=True, help_text="A better result of yours that a frozen board does not hold; null: none."
    )
    behind_by = serializers.FloatField(allow_null=True, help_text="Epochs behind the next one ahead.")
    rows = BoardRowSerializer(many=True, help_text="In the order that was asked for.")


class Leaderboard(ScopedView):
    """A task's leaderboard."""

    takes_parameters = True
    scopes: ClassVar = {"GET": ApiScope.LEADERBOARDS_READ}
    tag = "leaderboards"

    @extend_schema(operation_id="read_leaderboard", parameters=[BoardQuery], responses=LeaderboardSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Read a task's leaderboard.

        Under pseudonyms, cut, frozen or hidden as on its page. Classmates' designs and the course seeds stay hidden
        until nobody can hand in any more, unless the instructor shows them.
        """
        viewer, found = api_task(request, course, assignment, task)
        wanted = read_query(BoardQuery, request)
        board = board_for(task=found, viewer=viewer, wanted=wanted, over=is_over(found, timezone.now()))
        if board.sorting.column != wanted["sort"]:
            allowed = ", ".join(name for name in SORTS if name not in OF_DESIGNS)
            said = f"{wanted['sort']} is not allowed while classmates' designs are hidden: {allowed}."
            raise ValidationError({"sort": [said]})
        return Response(LeaderboardSerializer(_shown(board, viewer)).data)


def _shown(board: Board, viewer: Enrollment) -> dict[str, Any]:
    """Give a board as its page does; of a hidden one students are told no more than their own result."""
    told = viewer.is_course_staff or not board.is_hidden
    own, newer = board.own_entry, board.newer
    return {
        "sort": board.sorting.column,
        "order": board.sorting.order,
        "course_seeds": board.course_seeds,
        "seeds": board.seeds if told else (),
        "designs_shown": board.designs,
        "is_hidden": board.is_hidden,
        "frozen_at": board.frozen_at if told else None,
        "is_final": board.is_final,
        "ranked": board.ranked,
        "own_place": board.own.place if board.own else None,
        "own_result": {
            "receipt_number": own.receipt_number,
            "official_epochs": own.official_epochs,
            "design": own,
        }
        if own
        else None,
        "newer_result": {
            "receipt_number": newer.entry.receipt_number,
            "official_epochs": newer.entry.official_epochs,
            "place": newer.place,
        }
        if newer
        else None,
        "behind_by": board.behind_by,
        "rows": [_row(row, board, viewer) for row in board.rows] if told and board.course_seeds else [],
    }


def _row(row: Placed, board: Board, viewer: Enrollment) -> dict[str, Any]:
    is_you = row.entry.enrollment_id == viewer.pk
    return {
        "place": row.place,
        "sharing": row.sharing,
        "name": row.entry.shown_name,
        "is_you": is_you,
        "official_epochs": row.entry.official_epochs,
        "design": row.entry if board.designs or is_you else None,
    }
