import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.drawing.band_chart import band_chart, band_figure
from tests.coursework.drawing.markup import Element, parsed, texts, with_class

EPOCHS = st.lists(st.none() | st.integers(0, 100_000), max_size=32)


def drawn(replays: list[int | None], *, band: tuple[int, int] | None, claimed: int, wide: bool = True) -> Element:
    return parsed(band_chart(replays, band=band, claimed=claimed, cap=1000, wide=wide))


def test_every_run_is_a_dot_and_never_a_cross() -> None:
    root = drawn([140, 141, 141, 142, None], band=(139, 1000), claimed=141)
    assert len(with_class(root, "rep")) == 4
    assert len(with_class(root, "never")) == 1
    assert "not within 1,000" in texts(root)


def test_the_band_frames_the_dots_and_the_claim_points_down_at_its_epoch() -> None:
    root = drawn([140, 141, 142], band=(138, 144), claimed=141)
    (frame,) = with_class(root, "band")
    left = float(frame.get("x", 0))
    right = left + float(frame.get("width", 0))
    dots = sorted(float(dot.get("cx", 0)) for dot in with_class(root, "rep"))
    assert left < dots[0] and dots[-1] < right
    (claim,) = with_class(root, "claim")
    assert claim.get("d", "").startswith(f"M{dots[1] - 6:g} ")
    assert "claimed 141" in texts(root)


def test_without_a_band_there_is_no_frame() -> None:
    assert with_class(drawn([None, None], band=None, claimed=300), "band") == []


def test_the_sentence_holds_the_facts() -> None:
    sentence = drawn([140, 142, None], band=(139, 1000), claimed=141).get("aria-label", "")
    for part in ("3 runs", "between epoch 140 and 142", "1 not within 1,000", "band 139 to 1,000", "Claimed: 141"):
        assert part in sentence


@pytest.mark.parametrize("runs", [1, 16, 32])
def test_many_equal_runs_stay_in_a_picture_of_bounded_height(runs: int) -> None:
    height = float(drawn([141] * runs, band=(140, 142), claimed=141).get("viewBox", "").split()[3])
    assert height < 260


@given(EPOCHS, st.none() | st.tuples(st.integers(1, 5000), st.integers(0, 5000)), st.integers(1, 20_000))
def test_any_numbers_can_be_drawn(replays: list[int | None], band: tuple[int, int] | None, claimed: int) -> None:
    reach = None if band is None else (band[0], band[0] + band[1])
    markup = band_figure(replays, band=reach, claimed=claimed, cap=20_000)
    assert "style=" not in markup and "nan" not in markup
    assert len(with_class(parsed(markup), "rep")) == 2 * sum(epoch is not None for epoch in replays)
