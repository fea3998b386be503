"""What a page says about LMSs to who is not signed in."""

from django import template

from grading.models import Platform

register = template.Library()


@register.simple_tag
def an_lms_is_registered() -> bool:
    """Whether people may come in by an LMS."""
    return Platform.objects.filter(active=True).exists()
