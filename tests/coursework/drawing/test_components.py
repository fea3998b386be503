"""The building blocks in templates/components, rendered by themselves."""

import re
from typing import Any

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from tests.coursework.drawing.markup import Element, parsed, with_class


class SampleForm(forms.Form):
    epochs = forms.IntegerField(label="Claimed epochs", help_text="From <b>1</b> to 1,000.")
    way = forms.ChoiceField(choices=[("link", "By link"), ("hand", "By hand")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Mine")
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        """Complain about the whole."""
        raise forms.ValidationError("Nothing <here> fits.")


def component(name: str, /, **context: Any) -> Element:
    """Render a component; a wrapper makes it one element whatever it consists of."""
    rendered = render_to_string(f"components/{name}.html", context)
    # HTML's void elements and bare attributes are no XML; forms come from Django with both
    closed = re.sub(r"<(input|img)\b([^>]*?)/?>", r"<\1\2/>", rendered)
    explicit = re.sub(r"(<[^>]*?) (required|autofocus|checked|disabled)(?=[ />])", r'\1 \2=""', closed)
    explicit = re.sub(r"(<[^>]*?) (required|autofocus|checked|disabled)(?=[ />])", r'\1 \2=""', explicit)
    return parsed(f"<div>{explicit.replace('&minus;', '−')}</div>")


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def by_id(root: Element, wanted: str) -> Element:
    return next(element for element in root.iter() if element.get("id") == wanted)


def test_an_icon_is_hidden_from_screen_readers() -> None:
    (svg,) = component("icon", name="check", css="i-s")
    assert (svg.get("class"), svg.get("aria-hidden")) == ("i i-s", "true")
    assert (svg[0].get("href") or "").endswith("icons.svg#i-check")


@pytest.mark.parametrize("name", ["status", "tag"])
def test_a_status_is_icon_and_word(name: str) -> None:
    root = component(name, tone="warn", icon="eye", word="To <review>")
    assert words(root) == "To <review>"
    assert root[0].get("class") in ("st st-warn", "tag tag-warn")
    assert len(with_class(root, "i")) == 1
    assert component(name, icon="eye", word="x")[0].get("class") in ("st st-calm", "tag tag-calm")


def test_a_note_escapes_what_it_says() -> None:
    root = component("note", tone="bad", icon="stop", heading="A & B", text="<script>", role="alert")
    assert words(root) == "A & B<script>"
    assert root[0].get("role") == "alert"


def test_an_outcome_is_the_heading_of_its_page() -> None:
    context = {"tone": "ok", "icon": "check", "heading": "Verified", "text": "At epoch 141."}
    assert [words(heading) for heading in component("outcome", **context).iter("h1")] == ["Verified"]
    inner = component("outcome", **context | {"level": "h2", "live": True})
    assert not list(inner.iter("h1")) and len(list(inner.iter("h2"))) == 1
    assert inner[0].get("role") == "status"


def test_facts_have_a_remark_where_there_is_one() -> None:
    root = component("facts", facts=[("Retrained", 141, ""), ("Leaderboard", "9th", "of 48")])
    assert [words(term) for term in root.iter("dt")] == ["Retrained", "Leaderboard"]
    assert [words(value) for value in root.iter("dd")] == ["141", "9th of 48"]
    assert len(list(root.iter("small"))) == 1


def test_the_last_crumb_is_this_page() -> None:
    root = component("crumbs", crumbs=[("Tasks", "/"), ("Attempt 3", "")])
    assert [link.get("href") for link in root.iter("a")] == ["/"]
    (here,) = root.iter("span")
    assert (here.get("aria-current"), words(here)) == ("page", "Attempt 3")


def test_a_data_table_is_named_and_can_be_scrolled_by_keyboard() -> None:
    root = component("data_table", label="Loss", head=["Epoch", "Training"], rows=[["0", "0.5"], ["1", "0.4"]])
    (wrap,) = with_class(root, "tbl-wrap")
    assert (wrap.get("tabindex"), wrap.get("role"), wrap.get("aria-label")) == ("0", "region", "Loss")
    assert [words(cell) for cell in root.iter("td")] == ["0.5", "0.4"]
    assert [cell.get("scope") for cell in root.iter("th")] == ["col", "col", "row", "row"]
    assert words(next(root.iter("summary"))) == "Show data: Loss"


def test_a_figure_has_its_drawing_and_data() -> None:
    root = component(
        "figure", heading="Loss", text="Log scale.", chart=mark_safe("<p>chart</p>"), head=["a"], rows=[["b"]]
    )
    assert words(next(root.iter("figcaption"))) == "LossLog scale."
    assert len(list(root.iter("table"))) == 1
    assert not list(component("figure", heading="Loss", chart="").iter("table"))


def test_a_command_is_copied_from_its_own_text() -> None:
    root = component("command", text='train "<b>"', id="repeat")
    (button,) = root.iter("button")
    assert words(by_id(root, button.get("data-copy", ""))) == 'train "<b>"'
    assert button.get("aria-label") == "Copy the command"


def test_an_empty_place_offers_what_fills_it() -> None:
    (link,) = component("empty", heading="None", url="/in/", action="Hand in").iter("a")
    assert (link.get("href"), words(link)) == ("/in/", "Hand in")
    assert not list(component("empty", heading="None").iter("a"))


def test_the_legend_of_a_network_is_drawn() -> None:
    assert "point of class −1" in words(component("network_legend"))


def test_a_field_is_tied_to_its_label_hint_and_errors() -> None:
    form = SampleForm({"epochs": "many", "secret": "x"})
    root = component("field", field=form["epochs"], css="input-num", label="Epoch")
    (control,) = root.iter("input")
    assert control.get("aria-invalid") == "true"
    described = (control.get("aria-describedby") or "").split()
    assert [words(by_id(root, one)) for one in described] == ["From 1 to 1,000.", "Enter a whole number."]
    (label,) = root.iter("label")
    assert (label.get("for"), words(label)) == (control.get("id"), "Epoch")
    assert root[0].get("class") == "field input-num"


def test_a_field_without_errors_says_nothing_of_them() -> None:
    root = component("field", field=SampleForm()["epochs"])
    assert next(root.iter("input")).get("aria-invalid") is None
    assert not with_class(root, "err")


def test_a_group_of_choices_has_a_legend() -> None:
    root = component("field", field=SampleForm({})["way"])
    (group,) = root.iter("fieldset")
    assert words(next(group.iter("legend"))) == "Way"
    assert group.get("aria-describedby") == "id_way_error"
    assert words(by_id(root, "id_way_error")) == "This field is required."


def test_a_checkbox_stands_before_its_label() -> None:
    (box,) = component("field", field=SampleForm()["agreed"])
    assert [child.tag for child in box] == ["input", "label"]
    assert box.get("class") == "field field-check"


def test_a_hidden_field_is_only_itself() -> None:
    (hidden,) = component("field", field=SampleForm()["secret"])
    assert hidden.get("type") == "hidden"


def test_the_error_summary_links_to_the_fields_and_takes_the_focus() -> None:
    form = SampleForm({"secret": "x"})
    root = component("error_summary", form=form, heading="Two things")
    (note,) = root
    assert (note.get("role"), note.get("tabindex"), note.get("autofocus")) == ("alert", "-1", "")
    assert [words(item) for item in root.iter("li")] == [
        "Nothing <here> fits.",
        "Claimed epochs: This field is required.",
        "Way: This field is required.",
        "Mine: This field is required.",
    ]
    fields = "".join(render_to_string("components/field.html", {"field": field}) for field in form)
    for link in root.iter("a"):
        assert f'id="{(link.get("href") or "").removeprefix("#")}"' in fields


def test_a_form_without_errors_has_no_summary() -> None:
    assert len(component("error_summary", form=SampleForm())) == 0


@pytest.mark.parametrize(
    ("level", "css", "role"),
    [
        (constants.SUCCESS, "note-ok", "status"),
        (constants.INFO, "note-info", "status"),
        (constants.WARNING, "note-warn", "status"),
        (constants.ERROR, "note-bad", "alert"),
    ],
)
def test_messages_are_notes(level: int, css: str, role: str) -> None:
    root = component("messages", messages=[Message(level, "Done <it>")])
    (note,) = with_class(root, css)
    assert (words(note), note.get("role")) == ("Done <it>", role)
