"""Who asks, and in which courses they are."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import User
from grading.api.base import ScopedView
from grading.api.permissions import api_user
from grading.api.scopes import MEANING, ApiScope
from grading.api.v1.courses import CourseSerializer, own_places
from grading.models import ApiToken


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """The token of this request. Nothing of its secret: only its hash is kept."""

    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=list(MEANING.items())), read_only=True, help_text="What the token may do."
    )
    course = serializers.SlugField(
        source="course.slug",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The short name of the one course that it is bound to; null: all of yours.",
    )
    expires_at = serializers.DateTimeField(source="expiry", read_only=True, help_text="When it ends.")

    class Meta:
        model = ApiToken
        fields = ("name", "scopes", "course", "created", "expires_at")
        read_only_fields = ("name", "created")
        extra_kwargs: ClassVar = {
            "name": {"help_text": "What you called it when you made it."},
            "created": {"help_text": "When you made it."},
        }


class MeSerializer(serializers.Serializer[User]):
    """A person's own account."""

    username = serializers.CharField(read_only=True, help_text="What you sign in by.")
    first_name = serializers.CharField(read_only=True, help_text="Your first name.")
    last_name = serializers.CharField(read_only=True, help_text="Your last name.")
    email = serializers.CharField(read_only=True, help_text="Your address; it may be empty.")
    courses = serializers.SerializerMethodField(help_text="Within the token's course, if it is bound to one.")
    token = serializers.SerializerMethodField(help_text="Null for a browser's session.")

    @extend_schema_field(CourseSerializer(many=True))
    def get_courses(self, _user: User) -> list[dict[str, object]]:
        return [dict(one) for one in CourseSerializer(own_places(self.context["request"]), many=True).data]

    @extend_schema_field(TokenSerializer(allow_null=True))
    def get_token(self, _user: User) -> dict[str, object] | None:
        token = self.context["request"].auth
        return dict(TokenSerializer(token).data) if isinstance(token, ApiToken) else None


class Me(ScopedView):
    """The account behind the token or the session."""

    scopes: ClassVar = {"GET": ApiScope.PROFILE_READ}

    @extend_schema(operation_id="read_me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Read who you are, which courses you are in, and what your token may do."""
        return Response(MeSerializer(api_user(request), context={"request": request}).data)
