"""What every view of the API is made from."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coursework.runtime.problem_json import CONTENT_TYPE
from grading.api.conditional import prepare
from grading.api.parsing import read_out
from grading.api.reading import refuse_unknown
from grading.api.scopes import ApiScope

Row = TypeVar("Row", bound=Model)


class ScopedView(APIView):
    """A view of the API. `scopes` names the scope that a token needs for each method; a browser's session has them all.

    A handler without a scope stops the start of the program, so that none is open by forgetting.
    """

    scopes: ClassVar[Mapping[str, ApiScope]] = {}
    is_public: ClassVar[bool] = False  # for everybody, without signing in
    takes_parameters: ClassVar[bool] = False  # if so, the view refuses those that it does not know
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
        """Count those who are not signed in, too: by address, before they are told 401. Refuse unknown parameters."""
        try:
            super().initial(request, *args, **kwargs)
        except (NotAuthenticated, AuthenticationFailed):
            self.check_throttles(request)
            raise
        if not self.takes_parameters:
            refuse_unknown(request, ())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add ETag and what caches may do; read out a body that nobody has read."""
        answer: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(answer, Response) and answer.content_type == CONTENT_TYPE:
            answer.accepted_renderer = JSONRenderer()  # whatever form was asked for
        prepare(request, answer)
        read_out(request._request)
        return answer


class ScopedList(ScopedView, ListAPIView[Row]):
    """A list by cursor. Views give `get_queryset`, `serializer_class`, an `ordering`, perhaps a `filterset_class`."""

    takes_parameters = True
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)  # first what is unique, or nearly so: the cursor points by it

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse unknown query parameters."""
        super().initial(request, *args, **kwargs)
        filterset: Any = getattr(self, "filterset_class", None)
        refuse_unknown(request, ["limit", "cursor", *(filterset.base_filters if filterset else ())])
