"""What every view of the API is made from."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coursework.runtime.problem_json import CONTENT_TYPE
from grading.api.conditional import prepare
from grading.api.scopes import ApiScope

Row = TypeVar("Row", bound=Model)


class ScopedView(APIView):
    """A view of the API. `scopes` names the scope that a token needs for each method; a browser's session has them all.

    A handler without a scope stops the start of the program, so that none is open by forgetting.
    """

    scopes: ClassVar[Mapping[str, ApiScope]] = {}
    is_public: ClassVar[bool] = False  # for everybody, without signing in
    tag: ClassVar[str] = ""  # under which the documentation lists it; else the resource's name in the address
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view as a function, once each of its methods has a scope."""
        for method in cls.http_method_names:
            if not cls.is_public and method != "head" and hasattr(cls, method) and method.upper() not in cls.scopes:
                raise ImproperlyConfigured(f"{cls.__name__}.scopes names no scope for {method.upper()}.")
        return super().as_view(**initkwargs)

    def get_permissions(self) -> Any:
        """Ask nobody who they are where everybody may come in."""
        return [] if self.is_public else super().get_permissions()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count those who are not signed in, too: by address, before they are told 401."""
        try:
            super().initial(request, *args, **kwargs)
        except (NotAuthenticated, AuthenticationFailed):
            self.check_throttles(request)
            raise

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add ETag and what caches may do."""
        answer: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(answer, Response) and answer.content_type == CONTENT_TYPE:
            answer.accepted_renderer = JSONRenderer()  # whatever form was asked for
        prepare(request, answer)
        return answer


class ScopedList(ScopedView, ListAPIView[Row]):
    """A list by cursor. Views give `get_queryset`, `serializer_class`, an `ordering` and perhaps a `filterset_class`.

    A query parameter that the list does not know is refused: a filter with a typing error in its name would otherwise
    give everything.
    """

    ordering: ClassVar[tuple[str, ...]] = ("-pk",)  # first what is unique, or nearly so: the cursor points by it

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse unknown query parameters."""
        super().initial(request, *args, **kwargs)
        filterset: Any = getattr(self, "filterset_class", None)
        known = ["limit", "cursor", *(filterset.base_filters if filterset else ())]
        unknown = {name: [f"There is no such parameter. Known: {', '.join(known)}."] for name in request.query_params}
        unknown = {name[:80]: said for name, said in unknown.items() if name not in known}
        if unknown:
            raise ValidationError(unknown)
