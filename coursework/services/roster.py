"""Carrying out a roster: exactly what was previewed, in one transaction, or nothing."""

import random
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from coursework.models import Course, Enrollment, Section, User
from coursework.pseudonyms import new_pseudonym
from coursework.roster import Addition, Plan, Roster
from coursework.selectors.people import plan_for
from coursework.services.events import record
from coursework.services.people import lock_people

_ON_USER = ("first_name", "last_name")


class RosterChanged(Exception):
    """The course is no longer as it was at the preview: nothing was done."""


def apply_roster(
    *,
    course: Course,
    actor: User,
    roster: Roster,
    fingerprint: str,
    deactivate_missing: bool = False,
    action: str = "roster.applied",
) -> Plan:
    """Do what was previewed and return it; raises RosterChanged if that is not what would be done now.

    Rows with problems are left out. Accounts that are made have no password yet.
    """
    try:
        with transaction.atomic():
            lock_people(course)
            plan = plan_for(course=course, roster=roster, deactivate_missing=deactivate_missing)
            if plan.fingerprint != fingerprint:
                raise RosterChanged
            if plan.changes_something:
                _carry_out(course, actor, plan, action)
    except IntegrityError:  # an account was made at the same time, from another course
        raise RosterChanged from None
    return plan


def _carry_out(course: Course, actor: User, plan: Plan, action: str) -> None:
    Section.objects.bulk_create(Section(course=course, name=name) for name in plan.new_sections)
    sections = {section.name: section for section in Section.objects.filter(course=course)}
    added = _add(course, plan.additions, sections)
    changed, roles = _change(plan, sections)
    left = [account.membership.enrollment for account in plan.leaving if account.membership]
    Enrollment.objects.filter(course=course, pk__in=left).update(active=False)
    record(
        action=action,
        actor=actor,
        course=course,
        counts={"added": len(added), "changed": len(changed), "left": len(left), "left_out": plan.wrong_rows},
        added=added,
        changed=changed,
        left=left,
        roles=roles,
        sections=[sections[name].pk for name in plan.new_sections],
    )


def _add(course: Course, additions: Iterable[Addition], sections: dict[str, Section]) -> list[int]:
    """Make the accounts that are missing, enroll everybody and return the enrollments' keys."""
    made = User.objects.bulk_create(_new_user(one) for one in additions if one.account is None)
    accounts = {user.username: user.pk for user in made}
    taken = set(Enrollment.objects.filter(course=course).values_list("pseudonym", flat=True))
    rows = []
    for one in additions:
        pseudonym = new_pseudonym(taken, random.SystemRandom())
        taken.add(pseudonym)
        rows.append(
            Enrollment(
                course=course,
                user_id=one.account.pk if one.account else accounts[one.username],
                role=one.role,
                section=sections.get(one.section),
                id_number=one.id_number,
                pseudonym=pseudonym,
            )
        )
    return [enrollment.pk for enrollment in Enrollment.objects.bulk_create(rows)]


def _new_user(one: Addition) -> User:
    return User(
        username=one.username,
        email=User.objects.normalize_email(one.row.email),
        first_name=one.row.first_name,
        last_name=one.row.last_name,
        password=make_password(None),
    )


def _change(plan: Plan, sections: dict[str, Section]) -> tuple[list[int], list[dict[str, Any]]]:
    """Write the changed fields; return the keys of the enrollments, and the roles that changed."""
    people, roles = [], []
    users: dict[int, User] = {}
    by_pk = Enrollment.objects.select_related("user").in_bulk(
        [one.account.membership.enrollment for one in plan.changes if one.account.membership]
    )
    of_user = {enrollment.user_id: enrollment for enrollment in by_pk.values()}
    for one in plan.changes:
        person = of_user[one.account.pk]
        for difference in one.differences:
            if difference.field in _ON_USER:
                users[person.user_id] = person.user
                setattr(person.user, difference.field, difference.new)
            elif difference.field == "section":
                person.section = sections.get(difference.new)
            elif difference.field == "active":
                person.active = True
            else:
                setattr(person, difference.field, difference.new)
            if difference.field == "role":
                roles.append({"enrollment": person.pk, "from": difference.old, "to": difference.new})
        people.append(person)
    Enrollment.objects.bulk_update(people, ["role", "section", "id_number", "active"], batch_size=100)
    User.objects.bulk_update(users.values(), _ON_USER, batch_size=100)
    return [person.pk for person in people], roles
