"""Secrets of webhooks are sealed, as the private keys for LTI are; a copy of the database alone signs nothing."""

from collections.abc import Callable
from typing import Any

from django.db import migrations, models

from grading.services.sealing import SealBroken, Use, seal, unseal


def _change(apps: Any, change: Callable[[str], str]) -> None:
    for row in apps.get_model("grading", "Webhook").objects.all():
        row.secret = change(row.secret)
        row.earlier_secret = change(row.earlier_secret) if row.earlier_secret else ""
        row.save(update_fields=["secret", "earlier_secret"])


def seal_secrets(apps: Any, _editor: Any) -> None:
    """Seal every secret with the present SECRET_KEY."""
    _change(apps, lambda plain: seal(plain.encode(), Use.WEBHOOK_SECRETS))


def open_secrets(apps: Any, _editor: Any) -> None:
    """Store every secret plainly again, as the version before reads them."""
    try:
        _change(apps, lambda sealed: unseal(sealed, Use.WEBHOOK_SECRETS).decode())
    except SealBroken:
        raise SealBroken(
            "A webhook's secret can't be opened. Put the SECRET_KEY that sealed it into SECRET_KEY_FALLBACKS, or make "
            "a new secret on the webhook's page."
        ) from None


class Migration(migrations.Migration):
    dependencies = [("grading", "0009_lti_and_api")]

    operations = [
        migrations.AlterField(
            model_name="webhook",
            name="secret",
            field=models.TextField(help_text="Sealed with the installation's secret."),
        ),
        migrations.AlterField(
            model_name="webhook",
            name="earlier_secret",
            field=models.TextField(blank=True, help_text="Sealed; signs as well, until the time beside it."),
        ),
        migrations.RunPython(seal_secrets, open_secrets),
    ]
