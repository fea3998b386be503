"""A corpus of bad files against the screenshots' only way in: each is refused with a clear word, within bounds."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from coursework.models import Submission
from coursework.services.screenshots import MOST_BYTES, MOST_PIXELS, ScreenshotRefused, prepare_screenshot
from engine.link import write_link
from tests.coursework.bad_pictures import SECRET, BadPicture, bad_pictures, encoded, noise, odd_pictures, whole
from tests.world import QUICK_SPEC, World, make_world, picture

BAD = list(bad_pictures())
ODD = list(odd_pictures())
EVERY = 6  # of them go through the real view
MOST_GROWTH = 450 * 1024 * 1024  # bytes, of a web process by the largest picture that is taken
MOST_GROWTH_OF_BAD = 100 * 1024 * 1024


def names(pictures: list[BadPicture]) -> list[str]:
    return [bad.name for bad in pictures]


def test_the_corpus_is_large_and_always_the_same() -> None:
    assert len({bad.data for bad in BAD}) >= 200
    assert len(set(names(BAD))) == len(BAD)
    assert [bad.data for bad in bad_pictures()] == [bad.data for bad in BAD]


@pytest.mark.parametrize("bad", BAD, ids=names(BAD))
def test_it_is_refused_by_name_with_what_is_allowed(bad: BadPicture) -> None:
    with pytest.raises(ScreenshotRefused) as refusal:
        prepare_screenshot(SimpleUploadedFile(bad.name, bad.data))
    assert str(refusal.value).startswith(bad.name)
    assert "PNG, JPEG or WebP pictures of at most 8 MB and 25 megapixels" in str(refusal.value)


@pytest.mark.parametrize("odd", ODD, ids=names(ODD))
def test_what_is_stored_of_odd_pictures_holds_pixels_only(odd: BadPicture) -> None:
    prepared = prepare_screenshot(SimpleUploadedFile(odd.name, odd.data))
    stored = prepared.content.read()
    assert SECRET not in stored
    with Image.open(io.BytesIO(stored)) as shown:
        shown.load()
        assert (shown.format, shown.mode) in (("PNG", "RGB"), ("JPEG", "RGB"))
        lost_details = odd.name.endswith(("jpg", "jpeg")) or (b"VP8 " in odd.data and b"ANMF" not in odd.data)
        assert shown.format == ("JPEG" if lost_details else "PNG")
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert dict(shown.getexif()) == {} and getattr(shown, "n_frames", 1) == 1
    assert shown.size == (prepared.width, prepared.height)
    assert stored.endswith((b"\xff\xd9", b"IEND\xaeB`\x82"))


def test_a_picture_taken_sideways_stands_upright() -> None:
    sideways = next(odd for odd in ODD if odd.name == "exif.jpeg")
    prepared = prepare_screenshot(SimpleUploadedFile(sideways.name, sideways.data))
    assert (prepared.width, prepared.height) == (80, 120)


def test_sixteen_bits_of_grey_stay_grey() -> None:
    grey = next(odd for odd in ODD if odd.name == "mode-16.png")
    prepared = prepare_screenshot(SimpleUploadedFile(grey.name, grey.data))
    assert Image.open(prepared.content).getpixel((5, 5)) == (128, 128, 128)


def test_the_reason_is_the_right_one() -> None:
    reasons = {
        "page-behind.png": "is a picture with a web page or a script hidden in it",
        "zip-behind.jpg": "is a picture with an archive hidden in it",
        "pdf-behind.webp": "is a picture with a document hidden in it",
        "program-behind.png": "is a picture with a program hidden in it",
        "header-6000x6000.png": "is 6,000 × 6,000 pixels",
        "header-60000x60000.png": "has far too many pixels",
        "cut-at-50-percent.jpg": "is damaged or cut off",
        "in-truth-gif.png": "is not a picture that we can read",
    }
    for bad in BAD:
        if bad.name in reasons:
            with pytest.raises(ScreenshotRefused, match=reasons.pop(bad.name)):
                prepare_screenshot(SimpleUploadedFile(bad.name, bad.data))
    assert reasons == {}


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_honest_pictures_are_taken(ending: str) -> None:
    prepared = prepare_screenshot(SimpleUploadedFile(f"mine.{ending}", whole()[ending]))
    assert (prepared.width, prepared.height) == (120, 80)


def test_exactly_25_megapixels_are_taken_and_one_row_more_is_not() -> None:
    def upload(height: int) -> SimpleUploadedFile:
        return SimpleUploadedFile("large.png", encoded("PNG", Image.new("L", (5000, height)), compress_level=1))

    assert MOST_PIXELS == 25_000_000
    assert prepare_screenshot(upload(5000)).height == 5000
    with pytest.raises(ScreenshotRefused, match="5,000 × 5,001 pixels"):
        prepare_screenshot(upload(5001))


def test_the_bytes_are_counted_and_not_what_the_browser_says_of_them() -> None:
    data = encoded("PNG") + bytes(MOST_BYTES)
    with pytest.raises(ScreenshotRefused, match=r"large\.png has 8\.0 MB"):
        prepare_screenshot(SimpleUploadedFile("large.png", data))


@pytest.mark.django_db
@pytest.mark.parametrize("bad", BAD[::EVERY], ids=names(BAD[::EVERY]))
def test_the_page_takes_none_of_them_and_never_breaks(bad: BadPicture, world: World) -> None:
    response = post(world, SimpleUploadedFile(bad.name, bad.data, content_type="image/png"))
    assert response.status_code == 422
    shown = " ".join(response.content.decode().split())
    # Of an empty file Django says so itself, before it comes to us.
    assert bad.name in shown or not bad.data
    assert not Submission.objects.exists()


@pytest.fixture
def world() -> World:
    return make_world()


def post(world: World, upload: SimpleUploadedFile) -> Any:
    return world.client("owner").post(
        reverse("hand_in", kwargs=world.task.url_arguments()),
        {
            "source": "link",
            "link": write_link(QUICK_SPEC),
            "claimed_epochs": "101",
            "idempotency_key": "0" * 32,
            "screenshots": [upload],
        },
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../../etc/passwd.png", "a\\b\\c.png", "x.php.png", "page.html", "“quotes”.png"])
def test_names_from_outside_never_become_names_of_files(name: str, world: World) -> None:
    assert post(world, picture(name)).status_code == 302
    stored = Submission.objects.get().screenshots.get()
    folder, two, file = (stored.picture.name or "").split("/")
    assert (folder, two, file[-4:], len(file)) == ("screenshots", file[:2], ".png", 36)
    shown = world.client("owner").get(
        reverse("screenshot", kwargs={"receipt_number": stored.submission.receipt_number, "position": 1})
    )
    shown.close()
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")


# Run as a program of its own, since only a process's peak can be measured and only a process can be bounded.
MEASURE = """
import json, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from coursework.services.screenshots import ScreenshotRefused, prepare_screenshot
prepare_screenshot(SimpleUploadedFile("first.png", Path(sys.argv[1], "first.png").read_bytes()))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
taken = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        prepare_screenshot(SimpleUploadedFile(path.name, path.read_bytes()))
        taken.append(path.name)
    except ScreenshotRefused:
        ...
print(json.dumps({"grown": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, "taken": taken}))
"""


def measured(folder: Path) -> Any:
    (folder / "first.png").write_bytes(whole()["png"])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "coursework.settings", "DATA_DIR": str(folder.parent / "var")}
    command = [sys.executable, "-c", MEASURE, str(folder)]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_whole_corpus_costs_next_to_no_memory(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for bad in BAD:
        (folder / bad.name).write_bytes(bad.data)
    told = measured(folder)
    assert told["taken"] == ["first.png"]
    assert told["grown"] < MOST_GROWTH_OF_BAD


@pytest.mark.parametrize("mode", ["RGBA", "RGB"])
def test_the_largest_picture_that_is_taken_costs_a_bounded_amount(mode: str, tmp_path: Path) -> None:
    folder = tmp_path / "large"
    folder.mkdir()
    tile = noise(500, 500, mode)
    large = Image.new(mode, (5000, 5000))
    for corner in range(0, 1000, 500):  # as much noise as 8 MB have room for
        large.paste(tile, (corner, corner))
    large.save(folder / "large.png", compress_level=1)
    assert (folder / "large.png").stat().st_size < MOST_BYTES
    told = measured(folder)
    assert told["taken"] == ["first.png", "large.png"]
    assert told["grown"] < MOST_GROWTH
