import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

TEMPLATES = sorted(settings.BASE_DIR.glob("templates/**/*.html"))
MANIFEST = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_what_a_template_refers_to_exists(path: Path) -> None:
    names = re.findall(r"""{% static ["']([^"']+)["'] %}""", path.read_text())
    assert [name for name in names if finders.find(name) is None] == []


def test_production_can_gather_them_all(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={**settings.STORAGES, "staticfiles": MANIFEST}):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
