"""Forms of the LMS platforms, for operators."""

from typing import Any

from django import forms

from coursework.people_forms import PlainTextField
from grading.lti.origins import origin_of
from grading.lti.presets import CHOICES, NEEDS_SITE, PRESETS, kind_of
from grading.models import Platform, PlatformKind
from grading.outbound.addresses import AddressRefused, Party, check_url

_URLS = ("authorization_url", "token_url", "jwks_url")
_FILLED = ("issuer", *_URLS)


class AddressField(forms.CharField):
    """A web address that requests of ours may go to, as far as it can be told without asking."""

    def clean(self, value: Any) -> str:
        """Return the address; raises ValidationError with the reason."""
        url = str(super().clean(value)).strip()
        if url:
            try:
                check_url(url, Party.LMS)
            except (AddressRefused, ValueError) as refused:
                raise forms.ValidationError(str(refused)) from None
        return url


class OriginsField(forms.CharField):
    """Origins, one a line, as browsers name sites."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list is what is stored
        """Return the origins; a page's address is cut down to its site."""
        found = []
        for line in (super().to_python(value) or "").split():
            origin = origin_of(line)
            if not origin:
                raise forms.ValidationError(f"{line[:100]!r} is no site: write it like https://school.instructure.com.")
            found.append(origin)
        return list(dict.fromkeys(found))[:20]

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value


class LinkForm(forms.Form):
    """A registration link."""

    note = PlainTextField(
        required=False, max_length=120, label="For whom", help_text="A note for you, such as “Moodle of the institute”."
    )


class PlatformForm(forms.Form):
    """What we have to know of an LMS."""

    name = PlainTextField(max_length=120, label="Name", help_text="As people here call it.")
    client_id = PlainTextField(max_length=255, label="Client id", help_text="What the LMS calls us.")
    issuer = PlainTextField(
        max_length=255, label="Issuer", help_text="How the LMS names itself, to the letter. Also: platform id."
    )
    authorization_url = AddressField(
        max_length=500, label="Authorization address", help_text="Also: authentication request URL, OIDC auth."
    )
    token_url = AddressField(max_length=500, label="Token address", help_text="Also: access token URL.")
    jwks_url = AddressField(max_length=500, label="Address of its keys", help_text="Also: public keyset URL, JWKS URL.")
    token_audience = PlainTextField(
        required=False,
        max_length=500,
        label="Audience of tokens",
        help_text="Only if the LMS names one that is not its token address.",
    )
    frame_origins = OriginsField(
        required=False,
        max_length=2000,
        label="Further sites that show us in a frame",
        help_text="One a line. The sites of the addresses above need not be listed.",
    )

    def __init__(self, *args: Any, platform: Platform | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._platform = platform

    def clean(self) -> dict[str, Any]:
        """Refuse what is registered already."""
        cleaned = super().clean() or {}
        same = Platform.objects.filter(issuer=cleaned.get("issuer", ""), client_id=cleaned.get("client_id", ""))
        other = same.first()
        if other is not None and other != self._platform:
            self.add_error("client_id", f"{other.name} has this issuer and client id already.")
        return cleaned


class NewPlatformForm(PlatformForm):
    """An LMS entered by hand: which one it is, and where, fill in most of the rest."""

    lms = forms.ChoiceField(choices=CHOICES, label="Which LMS")
    site = AddressField(
        required=False,
        max_length=200,
        label="Address of the LMS",
        help_text="For Moodle (its wwwroot), a Canvas of your own and others, such as https://moodle.example.edu.",
    )
    deployment_id = PlainTextField(
        required=False,
        max_length=255,
        label="Deployment id",
        help_text="Empty if you don’t have it yet: after the first launch we say which one it was.",
    )
    field_order = ("lms", "site", "client_id", "deployment_id", "name", *_FILLED, "token_audience", "frame_origins")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(_filled_in(data) if data is not None else None, **kwargs)
        self.fields["name"].required = False
        for name in _FILLED:
            self.fields[name].help_text = f"{self.fields[name].help_text} Empty: as the LMS usually has it."

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that nobody else can fill in."""
        return [self[name] for name in ("lms", "site", "client_id", "deployment_id", "name")]

    @property
    def usual(self) -> list[forms.BoundField]:
        """The fields that are as usual with most."""
        return [self[name] for name in (*_FILLED, "token_audience", "frame_origins")]

    @property
    def kind(self) -> PlatformKind:
        """The kind of LMS that was chosen."""
        return kind_of(self.cleaned_data["lms"])

    def clean(self) -> dict[str, Any]:
        """Want the site where it decides the rest."""
        cleaned = super().clean()
        if cleaned.get("lms") in NEEDS_SITE and not cleaned.get("site") and "site" not in self.errors:
            self.add_error("site", "Enter where this LMS is, such as https://moodle.example.edu.")
            for name in _FILLED:
                self.errors.pop(name, None)  # they follow from it
        return cleaned


def _filled_in(data: Any) -> Any:
    """Fill in what was left empty, by what is known of the LMS that was chosen."""
    filled = data.copy()
    preset = PRESETS.get(data.get("lms", ""))
    if preset is None:
        return filled
    site, client_id = data.get("site", "").strip(), data.get("client_id", "").strip()
    for name, value in preset.filled(site=site, client_id=client_id).items():
        if value and not data.get(name, "").strip():
            filled[name] = value
    if not data.get("name", "").strip():
        label = dict(CHOICES)[data["lms"]].split(",")[0]
        filled["name"] = f"{label} at {origin_of(site).partition('://')[2]}"[:120] if origin_of(site) else label
    return filled


class DeploymentForm(forms.Form):
    """A deployment of a platform."""

    deployment_id = PlainTextField(max_length=255, label="Deployment id")
