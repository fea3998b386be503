from dataclasses import replace
from functools import cache

import pytest

from engine.errors import SpecError
from engine.spec import Spec
from grading.screenshots.plot import read_plot
from grading.screenshots.points import PointsMatch, match_points
from grading.screenshots.reading import PlotReading
from tests.grading.screenshots.crops import NAMES, load_crop
from tests.grading.screenshots.drawn import SPEC, Drawn, draw_page

SPIRAL = Spec(dataset="spiral", seed="0.27182")
SPECS = (
    SPEC,
    SPIRAL,
    replace(SPIRAL, train_percent=90),
    replace(SPIRAL, noise=25),
    Spec(dataset="gauss", noise=50, seed="0.5"),
    Spec(dataset="xor", train_percent=20, seed="0.6"),
    Spec(dataset="reg-plane", problem="regression", seed="0.7"),
    Spec(dataset="reg-gauss", problem="regression", noise=20, seed="0.8"),
)


def plot_of(shown: Drawn) -> PlotReading:
    plot = read_plot(shown.pixels, shown.lines)
    assert plot is not None
    return plot


@cache
def drawn_plot(spec: Spec, *, discretize: bool = False, show_test_data: bool = False) -> PlotReading:
    return plot_of(draw_page(spec, discretize=discretize, show_test_data=show_test_data))


def match(spec: Spec, shown: Spec, **options: bool) -> PointsMatch:
    return match_points(drawn_plot(shown, **options), spec)


@pytest.mark.parametrize("spec", SPECS)
def test_the_seeds_own_points_are_known(spec: Spec) -> None:
    matched = match(spec, spec)
    assert matched.verdict is True
    assert matched.share > max(0.6, max(matched.others) + 0.2)


@pytest.mark.parametrize("spec", SPECS)
def test_another_seeds_points_are_not_taken_for_them(spec: Spec) -> None:
    matched = match(replace(spec, seed="0.99999"), spec)
    assert matched.verdict is not True
    assert matched.share < 0.5


def test_another_seeds_points_in_a_clear_picture_differ() -> None:
    verdicts = [match(replace(SPEC, seed=f"0.{seed}"), SPEC).verdict for seed in range(11, 31)]
    assert verdicts.count(False) >= 18
    assert True not in verdicts


@pytest.mark.parametrize("spec", [SPEC, SPIRAL])
@pytest.mark.parametrize("options", [{"discretize": True}, {"show_test_data": True}])
def test_on_two_flat_colours_and_among_test_points(spec: Spec, options: dict[str, bool]) -> None:
    assert match(spec, spec, **options).verdict is True
    assert match(replace(spec, seed="0.99999"), spec, **options).verdict is not True


def test_expected_are_the_training_points_that_the_picture_shows() -> None:
    assert match(SPEC, SPEC).expected == 250
    part = match_points(plot_of(draw_page(SPEC).cut(0, 0, 1280, 358)), SPEC)
    assert 100 < part.expected < 150
    assert part.verdict is True


def test_swapped_colours_are_no_difference() -> None:
    """A browser's dark mode may turn hues around: the points are the same in the other colour."""
    shown = draw_page(SPEC)
    swapped = Drawn(shown.pixels[..., ::-1].copy(), shown.lines)
    assert match_points(plot_of(swapped), SPEC).verdict is True


def test_without_points_nothing_can_be_told() -> None:
    shown = draw_page(SPEC)
    pixels = shown.pixels.copy()
    pixels[228:488, 915:1175] = (200, 218, 232)
    assert match_points(plot_of(Drawn(pixels, shown.lines)), SPEC).verdict is None


def test_a_frame_that_is_not_sure_never_says_that_the_points_differ() -> None:
    unsure = replace(drawn_plot(SPEC), confidence=0.67)
    assert match_points(unsure, replace(SPEC, seed="0.99999")).verdict is None
    assert match_points(unsure, SPEC).verdict is True


def test_what_the_points_do_not_depend_on_is_left_out_of_account() -> None:
    other = replace(SPEC, hidden_layers=(1,), activation="relu", batch_size=1, features=("y",))
    assert match(other, SPEC) == match(SPEC, SPEC)


def test_settings_that_give_no_points_are_refused() -> None:
    with pytest.raises(SpecError):
        match_points(drawn_plot(SPEC), replace(SPEC, seed=None))
    with pytest.raises(ValueError, match="points"):
        match_points(replace(drawn_plot(SPEC), dots="nothing"), SPEC)


@pytest.mark.parametrize("name", NAMES)
def test_real_pictures(name: str) -> None:
    crop = load_crop(name)
    plot = plot_of(crop.shown)
    assert match_points(plot, crop.spec).verdict is True
    assert match_points(plot, replace(crop.spec, seed="0.99999")).verdict is not True
