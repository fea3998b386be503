"""Deep linking: an instructor chooses what to put into the LMS's course."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from grading.forms_lti import DeepLinkForm
from grading.frames import allow_form_to
from grading.launched import launched
from grading.lti.content_items import Choice, takes_links
from grading.lti.messages import LaunchMessage, MessageType
from grading.models import PlatformKind
from grading.services.lti.deep_linking import deep_linking_response
from grading.views.lti_arriving import ended, pending_of, taught_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lti_deep_link(request: HttpRequest, *, key: str) -> HttpResponse:
    """Ask which assignments or tasks to link to, and send the answer to the LMS by the person's browser."""
    message = pending_of(request, key)
    lms_course = taught_in(request, message)
    if message is None or lms_course is None or message.message_type is not MessageType.DEEP_LINKING:
        return ended(request)
    assert message.deep_linking is not None  # else the message would have been refused
    posted = request.POST if request.method == "POST" else None
    form = DeepLinkForm(posted, course=lms_course.course, several=message.deep_linking.accept_multiple)
    if posted is not None and "nothing" in posted:
        return _send(request, message, [])
    if form.is_valid():
        return _send(request, message, form.chosen)
    context = {
        "form": form,
        "course": lms_course.course,
        "lms_course": lms_course,
        "platform": message.platform,
        "takes_links": takes_links(message),
        "is_in_vain": _is_in_vain(request, message),
    }
    return render(request, "grading/lti_deep_link.html", context, status=422 if form.errors else 200)


def _is_in_vain(request: HttpRequest, message: LaunchMessage) -> bool:
    """Whether the LMS can't take the choice: Moodle's page takes it from a frame inside itself only."""
    came = launched(request.session)
    return message.platform.kind == PlatformKind.MOODLE and came is not None and not came.framed


def _send(request: HttpRequest, message: LaunchMessage, chosen: Iterable[Choice]) -> HttpResponse:
    """Give the page whose form takes the answer to the LMS: by itself, or by its button where scripts are off."""
    assert message.deep_linking is not None
    url = message.deep_linking.return_url
    context = {
        "url": url,
        "token": deep_linking_response(message=message, chosen=chosen),
        "platform": message.platform,
    }
    response = render(request, "grading/lti_deep_link_send.html", context)
    allow_form_to(response, url)
    return response
