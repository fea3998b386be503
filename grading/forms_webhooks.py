"""The form of a webhook."""

from typing import Any

from django import forms

from grading.models import Webhook, WebhookEvent
from grading.outbound.addresses import Party, check_url
from grading.outbound.urls import AddressRefused
from grading.services.webhooks.managing import Wanted

EVENTS = [(event.value, f"{event.label} ({event.value})") for event in WebhookEvent if event is not WebhookEvent.TEST]


class WebhookForm(forms.Form):
    """Makes a webhook, or changes `webhook`."""

    name = forms.CharField(
        max_length=80, label="Name", error_messages={"required": "Missing: what you know this webhook by."}
    )
    url = forms.CharField(
        max_length=500,
        label="Address",
        help_text="Where messages are posted to. It starts with https:// and is reached from the internet.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Missing: the address that messages are posted to."},
    )
    events = forms.MultipleChoiceField(
        choices=EVENTS,
        widget=forms.CheckboxSelectMultiple,
        label="What it is told",
        error_messages={
            "required": "Choose at least one.",
            "invalid_choice": "%(value)s is nothing that a webhook can be told. Choose of those below.",
        },
    )

    def __init__(self, *args: Any, webhook: Webhook | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"events": [value for value, _ in EVENTS]}
        if webhook is not None:
            initial = {name: getattr(webhook, name) for name in ("name", "url", "events", "active")}
        super().__init__(*args, **{"initial": initial, **kwargs})
        if webhook is not None:
            self.fields["active"] = forms.BooleanField(
                required=False,
                label="On",
                help_text="Off: what happens meanwhile is not told, and is not made up for later.",
            )

    def clean_url(self) -> str:
        """Say of an address that we may not ask why not."""
        url = str(self.cleaned_data["url"])
        try:
            check_url(url, Party.WEBHOOK)
        except AddressRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return url

    @property
    def wanted(self) -> Wanted:
        """What was entered, once it is valid."""
        values = self.cleaned_data
        return Wanted(values["name"], values["url"], values["events"], active=values.get("active", True))
