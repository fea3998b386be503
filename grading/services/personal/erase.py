"""Erasing a person: what is personal goes; results that others' places and the course's grades rest on stay, nameless.

The account's row stays in its place as an anonymous one, because submissions, events and verifications point at it.
"""

import random
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from coursework.models import Enrollment, User
from coursework.pseudonyms import new_pseudonym
from grading.services.personal.policies import Policy, Then, policies, rows_of

ERASED = "erased-"
_SHORTEST = 3  # characters; shorter words are found everywhere


@dataclass(frozen=True, slots=True)
class Trace:
    """A place where one of the person's words still stands."""

    table: str
    pk: Any
    column: str


def is_erased(user: User) -> bool:
    """Whether the account is one that was erased before."""
    return user.username.startswith(ERASED) and not user.is_active


def what_would_go(*, user: User) -> dict[str, tuple[int, Then]]:
    """Count the person's rows by table, with what would become of them."""
    found = {model._meta.label: (rows_of(model, policy, user).count(), policy.then) for model, policy in policies()}
    found[Session._meta.label] = (len(_sessions(user)), Then.DELETED)
    return {label: (count, then) for label, (count, then) in found.items() if count}


def words_of(user: User) -> set[str]:
    """Gather the words that tell who the person is: names, addresses, numbers, names of files."""
    words = {user.username, user.first_name, user.last_name, user.get_full_name(), user.email}
    words |= set(Enrollment.objects.filter(user=user).values_list("id_number", flat=True))
    for model, policy in policies():
        columns = {each.name for each in model._meta.get_fields()} & {"original_name", "email", "uid"}
        for column in columns if policy.owner != "pk" else ():
            words |= set(rows_of(model, policy, user).values_list(column, flat=True))
    return {word.strip() for word in words if len(word.strip()) >= _SHORTEST}


def erase_person(*, user: User) -> str:
    """Erase a person and return the name of the anonymous account. Done a second time, it changes nothing.

    The files go first: if that is interrupted, the rows still name the person, and the command can be given again.
    """
    for model, policy in policies():
        _delete_files(model, policy, user)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _erase_log_of_the_admin(user)
        Session.objects.filter(pk__in=_sessions(user)).delete()
        for model, policy in policies():
            rows = rows_of(model, policy, user)
            if policy.then is Then.DELETED:
                rows.delete()
            elif policy.emptied:
                # An update, since some of these rows refuse to be saved a second time: erasing is the one exception.
                rows.update(**policy.emptied)
        if not is_erased(user):
            _draw_pseudonyms(user)
            _make_anonymous(user)
    return user.username


def _delete_files(model: type[models.Model], policy: Policy, user: User) -> None:
    for column in policy.files:
        field = model._meta.get_field(column)
        assert isinstance(field, models.FileField)
        for name in rows_of(model, policy, user).values_list(column, flat=True):
            field.storage.delete(name)


def _sessions(user: User) -> list[str]:
    """Return the keys of the person's sessions."""
    running = Session.objects.filter(expire_date__gte=timezone.now()).iterator()
    return [row.pk for row in running if row.get_decoded().get("_auth_user_id") == str(user.pk)]


def _erase_log_of_the_admin(user: User) -> None:
    """Django's admin writes the name of what was changed into its log; take the person's own out."""
    about = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    if user.email:  # its rows are named by it
        about |= Q(object_repr__icontains=user.email)
    LogEntry.objects.filter(about).update(object_repr="erased", change_message="")


def _draw_pseudonyms(user: User) -> None:
    """Classmates may know who is behind a pseudonym: give each enrollment another one."""
    for enrollment in Enrollment.objects.filter(user=user):
        taken = set(Enrollment.objects.filter(course=enrollment.course_id).values_list("pseudonym", flat=True))
        drawn = new_pseudonym(taken, random.SystemRandom())
        Enrollment.objects.filter(pk=enrollment.pk).update(pseudonym=drawn)


def _make_anonymous(user: User) -> None:
    user.username = f"{ERASED}{secrets.token_hex(6)}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.date_joined = timezone.now()
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


def traces_of(words: Sequence[str] | set[str]) -> Iterator[Trace]:
    """Look for words in every text of every table: what people wrote freely, nobody can erase by a rule."""
    if not words:
        return
    wanted = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)
    for model in apps.get_models(include_auto_created=True):
        columns = [each.name for each in model._meta.concrete_fields if isinstance(each, _TEXTS)]
        if columns:
            for pk, *texts in model._default_manager.values_list("pk", *map(F, columns)).iterator():
                for column, text in zip(columns, texts, strict=True):
                    if text is not None and wanted.search(str(text)):
                        yield Trace(model._meta.label, pk, column)


_TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField)
