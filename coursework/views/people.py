"""Pages of a course's people. Teaching assistants read them; instructors change."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coursework.access import instructor_enrollment_or_404, staff_enrollment_or_404
from coursework.models import Enrollment, Role, Section
from coursework.paging import linked_pages
from coursework.people_forms import ACTIVE, NewPersonForm, PeopleFilter, PersonForm
from coursework.request import signed_in
from coursework.selectors.people import leaves_out_hand_ins, people_of, plan_for, why_no_password_link
from coursework.services.people import PersonRefused, change_person, make_password_link
from coursework.services.roster import RosterChanged, apply_roster

ON_A_PAGE = 100
_COLUMNS = (
    ("name", "Name"),
    ("username", "Username"),
    ("email", "E-mail"),
    ("id_number", "Id number"),
    ("role", "Role"),
    ("section", "Section"),
    ("joined", "Joined"),
    ("hand_ins", "Hand-ins"),
    ("last", "Last hand-in"),
)


@require_http_methods(["GET", "HEAD"])
def people(request: HttpRequest, *, course: str) -> HttpResponse:
    """List the course's people: searched, filtered, sorted, a hundred to a page."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    wanted = PeopleFilter.read(request.GET)
    found = people_of(
        viewer,
        search=wanted.search,
        role=wanted.role,
        section=wanted.section,
        active=ACTIVE[wanted.active],
        sort=wanted.sort,
        descending=wanted.descending,
    )
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "wanted": wanted,
        "page": page,
        "columns": [_column(wanted, name, label) for name, label in _COLUMNS],
        "pages": [(number, wanted.query(page=number)) for number in linked_pages(page)],
        "sections": Section.objects.filter(course=viewer.course),
        "roles": Role.choices,
        "leaves_out": leaves_out_hand_ins(viewer),
    }
    return render(request, "coursework/people/list.html", context)


def _column(wanted: PeopleFilter, name: str, label: str) -> dict[str, str]:
    """Describe a column's head: where a click leads, and how the column is sorted now."""
    sorted_now = "" if wanted.sort != name else "descending" if wanted.descending else "ascending"
    other_way = f"-{name}" if sorted_now == "ascending" else name
    return {"name": name, "label": label, "query": wanted.query(sort=other_way), "sorted": sorted_now}


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, *, course: str, enrollment: int) -> HttpResponse:
    """Show one person of the course; an instructor changes role, section, id number and place in it."""
    find = instructor_enrollment_or_404 if request.method == "POST" else staff_enrollment_or_404
    viewer = find(user=signed_in(request), course=course)
    found = person_or_404(viewer, enrollment)
    if request.method != "POST":
        return _person_page(request, viewer, found, _form_of(found))
    form = PersonForm(request.POST, course=viewer.course)
    if not form.is_valid():
        return _person_page(request, viewer, found, form, status=422)
    values = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
    try:
        change_person(enrollment=found, actor=signed_in(request), **values)
    except PersonRefused as refused:
        form.add_error(None, str(refused))
        return _person_page(request, viewer, found, form, status=422)
    messages.success(request, f"Saved: {found.user.display_name}.")
    if found.pk == viewer.pk and not (values["active"] and values["role"] is Role.INSTRUCTOR):
        return redirect("home")
    return redirect("person", course=course, enrollment=found.pk)


def person_or_404(viewer: Enrollment, enrollment: int) -> Enrollment:
    """Return a person of the viewer's course, whether still in it or not; raise Http404 for anybody else."""
    found = people_of(viewer, active=None).filter(pk=enrollment).first()
    if found is None:
        raise Http404
    return found


def _form_of(found: Enrollment) -> PersonForm:
    initial = {name: getattr(found, name) for name in ("role", "section", "id_number", "active")}
    return PersonForm(initial=initial, course=found.course)


def _person_page(
    request: HttpRequest, viewer: Enrollment, found: Enrollment, form: PersonForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "person": found,
        "form": form,
        "no_link": why_no_password_link(enrollment=found, by=viewer),
        "extensions": found.extensions.select_related("assignment").all(),
        "leaves_out": leaves_out_hand_ins(viewer),
    }
    return render(request, "coursework/people/person.html", context, status=status)


@never_cache
@require_http_methods(["POST"])
def person_password(request: HttpRequest, *, course: str, enrollment: int) -> HttpResponse:
    """Make a link by which a student sets a password, and show it this once."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = person_or_404(viewer, enrollment)
    try:
        return _link_page(request, viewer, found)
    except PersonRefused as refused:
        messages.error(request, str(refused))
        return redirect("person", course=course, enrollment=found.pk)


def _link_page(request: HttpRequest, viewer: Enrollment, found: Enrollment, *, new: bool = False) -> HttpResponse:
    path = make_password_link(enrollment=found, by=viewer)
    context: dict[str, Any] = {
        "course": viewer.course,
        "viewer": viewer,
        "person": found,
        "link": request.build_absolute_uri(path),
        "new": new,
    }
    return render(request, "coursework/people/password_link.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest, *, course: str) -> HttpResponse:
    """Add one person. For an account that exists the page says so and asks first."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    if request.method != "POST":
        return _new_page(request, viewer, NewPersonForm(course=viewer.course))
    form = NewPersonForm(request.POST, course=viewer.course)
    if not form.is_valid():
        return _new_page(request, viewer, form, status=422)
    plan = plan_for(course=viewer.course, roster=form.roster)
    form.add_problems(plan)
    for known in (*plan.changes, *plan.unchanged):
        form.add_error(None, f"{known.account.name} ({known.account.username}) is in this course’s list already.")
    if not plan.additions:
        return _new_page(request, viewer, form, status=422)
    addition = plan.additions[0]
    if addition.account and form.cleaned_data["previewed"] != plan.fingerprint:
        return _new_page(request, viewer, form, fingerprint=plan.fingerprint, addition=addition)
    try:
        apply_roster(
            course=viewer.course,
            actor=signed_in(request),
            roster=form.roster,
            fingerprint=plan.fingerprint,
            action="person.added",
        )
    except RosterChanged:
        form.add_error(None, "Somebody changed the course at the same moment: look at it and send it again.")
        return _new_page(request, viewer, form, status=409)
    return _added(request, viewer, addition.username, new=addition.account is None)


def _added(request: HttpRequest, viewer: Enrollment, username: str, *, new: bool) -> HttpResponse:
    """Go to the added person's page; a student's new account has no password, so there is the link for one first."""
    found = people_of(viewer, active=None).get(user__username=username)
    if new and not why_no_password_link(enrollment=found, by=viewer):
        return _link_page(request, viewer, found, new=True)
    messages.success(request, f"Added: {found.user.display_name}.")
    return redirect("person", course=viewer.course.slug, enrollment=found.pk)


def _new_page(
    request: HttpRequest, viewer: Enrollment, form: NewPersonForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"course": viewer.course, "viewer": viewer, "form": form, **more}
    return render(request, "coursework/people/person_new.html", context, status=status)
