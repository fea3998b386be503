"""Acts on people's own accounts."""

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from django.db import transaction

from coursework.models import User
from coursework.selectors.memberships import places_on_leaderboards
from coursework.services.events import record


@transaction.atomic
def change_account(*, user: User, first_name: str, last_name: str, named_in: Collection[int]) -> None:
    """Set a person's name, and in which courses (by enrollment) the leaderboard shows it in place of the pseudonym."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if (user.first_name, user.last_name) != (first_name, last_name):
        user.first_name, user.last_name = first_name, last_name
        user.save(update_fields=["first_name", "last_name"])
        # Grades hang on names that staff know, so a change can be looked up; the names themselves don't belong here.
        record(action="account.name_changed", actor=user, subject=f"user {user.pk}")
    for enrollment in places_on_leaderboards(user):
        if enrollment.show_name != (enrollment.pk in named_in):
            enrollment.show_name = not enrollment.show_name
            enrollment.save(update_fields=["show_name"])


@transaction.atomic
def remove_second_step(*, user: User) -> bool:
    """Take the second step and its recovery codes off an account; False if there is none."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if removed:
        record(action="account.second_step_removed", actor=None, subject=f"user {user.pk}")
    return bool(removed)
