"""The measurement of speed: its arithmetic, and the made-up land."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.bench import speed


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([1.0], 0.99, 1.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([float(at) for at in range(1, 101)], 0.99, 99.0),
        ([float(at) for at in range(1, 101)], 0.5, 50.0),
        ([float(at) for at in range(1, 101)], 1.0, 100.0),
    ],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert speed.percentile(values, share) == expected


def test_no_text_is_looked_up_twice() -> None:
    asked: Counter[str] = Counter()
    measured = speed.latency(lambda text: asked.update([text]), [str(at % 900) for at in range(1800)])
    assert measured.count == 850
    assert set(asked.values()) == {1}
    assert 0 < measured.p50 <= measured.p99


def test_without_texts_there_is_nothing_to_measure() -> None:
    with pytest.raises(ValueError, match="no texts"):
        speed.latency(len, [])


def test_the_cost_of_an_index_counts_what_stays() -> None:
    cost = speed.index_cost(lambda: bytearray(3_000_000))
    assert 2.9 < cost.kept_mb <= cost.peak_mb


def test_a_made_up_land_repeats_common_names_and_no_street_twice_in_a_place() -> None:
    land = speed.made_up_land(streets=6000, places=100, spaces=10)
    assert len(land.streets) == len(set(land.streets)) == 6000
    assert len({place.name for place in land.places}) == 100
    assert {place.space for place in land.places} == set(range(10))
    assert Counter(name for name, _ in land.streets)["Hauptstraße"] > 50
    assert land == speed.made_up_land(streets=6000, places=100, spaces=10)


def test_addresses_of_a_made_up_land_lie_in_it() -> None:
    land = speed.made_up_land(streets=2000, places=50, spaces=5)
    streets = set(land.streets)
    for text, place in land.addresses(50):
        assert (text.rpartition(" ")[0], land.places.index(place)) in streets
    for text, place in land.mistyped_places(50):
        assert text != place.name


@pytest.mark.parametrize(("measured", "kept"), [(1.5, True), (1.6, False)])
def test_a_limit_says_whether_it_is_kept(measured: float, kept: bool) -> None:
    limit = speed.Limit("lookup", measured, 1.5, "ms")
    assert limit.kept is kept
    assert ("MISSED" in str(limit)) is not kept
