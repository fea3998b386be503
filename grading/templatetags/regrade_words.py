"""Words and looks of requests for a second look, for templates."""

from django import template
from django.utils.safestring import SafeString

from coursework.markdown import rendered_markdown
from grading.models import RegradeAbout, RegradeRequest, RegradeState

register = template.Library()
_TONES = {RegradeState.OPEN: "info", RegradeState.ANSWERED: "ok", RegradeState.CLOSED: "calm"}


@register.filter
def request_tone(request: RegradeRequest) -> str:
    """Return the tone of a request's state."""
    return _TONES[RegradeState(request.state)]


@register.filter
def request_part(request: RegradeRequest) -> str:
    """Say which part of the grade it is about; an item by its title then, since it may be gone."""
    return request.item_title if request.about == RegradeAbout.ITEM else str(request.get_about_display())


@register.filter
def as_markdown(text: str) -> SafeString:
    """Return Markdown as safe HTML."""
    return rendered_markdown(text)
