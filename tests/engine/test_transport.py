"""What was sent, sent over again the shortest way: against HiGHS and by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from matching.engine.crossings import worst_crossings
from matching.engine.transport import BARRED_M, Ends, Shipments, shortest

KM_PER_DEGREE = 6371.0087714150598 * np.pi / 180


def ends(letter: str, *lons: float) -> Ends:
    """Places on the equator, roads straight between them."""
    ids = tuple(f"{letter}{row:03d}" for row in range(len(lons)))
    count = len(lons)
    return Ends(ids, np.array(lons, float), np.zeros(count), np.ones(count))


def crossing() -> Shipments:
    """Two senders a degree apart, each beside the other's taker; 30 t and 20 t."""
    return Shipments(
        senders=ends("s", 100.0, 101.0),
        takers=ends("t", 100.0, 101.0),
        sender=np.array([0, 1]),
        taker=np.array([1, 0]),
        mass_kg=np.array([30_000, 20_000]),
        may_send=np.ones((2, 2), bool),
    )


def tonne_m(road_m: Any, kg: Any) -> int:
    return sum((road_m.astype(object) * kg.astype(object)).ravel().tolist())


def test_two_senders_each_serve_the_taker_beside_them() -> None:
    answer = shortest(crossing())
    assert answer.best_kg.tolist() == [[20_000, 10_000], [0, 20_000]]
    assert answer.certificate.ok


def test_the_crossing_is_told_with_what_both_could_exchange() -> None:
    shipments = crossing()
    found = worst_crossings(shipments, shortest(shipments).road_m, 10)
    assert (found.one.tolist(), found.other.tolist()) == ([0], [1])
    assert found.mass_kg.tolist() == [20_000]
    assert found.saved_m[0] == pytest.approx(2000 * KM_PER_DEGREE, abs=2)


def test_what_may_not_be_sent_stays_as_it_was() -> None:
    whole = crossing()
    barred = Shipments(
        whole.senders,
        whole.takers,
        whole.sender,
        whole.taker,
        whole.mass_kg,
        ~np.eye(2, dtype=bool),
    )
    answer = shortest(barred)
    assert (answer.best_kg == barred.sent).all()
    assert answer.road_m[0, 0] == BARRED_M
    assert not len(worst_crossings(barred, answer.road_m, 10))


def test_nothing_sent_is_nothing_to_avoid() -> None:
    none = np.zeros(0, int)
    answer = shortest(
        Shipments(ends("s"), ends("t"), none, none, none, np.zeros((0, 0), bool))
    )
    assert answer.certificate.ok
    assert answer.best_kg.shape == (0, 0)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("mass_kg", [0, 1], "above 0"),
        ("taker", [1, 2], "not among"),
        ("may_send", np.eye(2, dtype=bool), "may not be"),
    ],
)
def test_impossible_shipments_can_not_be_built(
    column: str, value: Any, reason: str
) -> None:
    told = vars(crossing()) | {column: np.array(value)}
    with pytest.raises(ValueError, match=reason):
        Shipments(**told)


@st.composite
def worlds(draw: Any) -> Shipments:
    """A few senders and takers on a line, some of whom may not."""
    senders, takers = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    size = senders * takers
    lons = st.integers(0, 40).map(lambda step: 100 + step / 10)

    def column(values: Any, count: int) -> Any:
        return np.array(draw(st.lists(values, min_size=count, max_size=count)))

    kg = column(st.just(0) | st.integers(1, 9) | st.integers(1, 10**9), size)
    kg = kg.reshape(senders, takers)
    sender, taker = np.nonzero(kg)
    may = column(st.booleans(), size).reshape(senders, takers) | (kg > 0)
    return Shipments(
        senders=ends("s", *column(lons, senders)),
        takers=ends("t", *column(lons, takers)),
        sender=sender,
        taker=taker,
        mass_kg=kg[sender, taker],
        may_send=may,
    )


@given(worlds())
def test_masses_stay_with_their_ends_and_nothing_is_longer_than_it_was(
    shipments: Shipments,
) -> None:
    answer, sent = shortest(shipments), shipments.sent
    assert answer.certificate.ok
    assert (answer.best_kg.sum(axis=1) == sent.sum(axis=1)).all()
    assert (answer.best_kg.sum(axis=0) == sent.sum(axis=0)).all()
    assert not answer.best_kg[~shipments.may_send].any()
    assert tonne_m(answer.road_m, answer.best_kg) <= tonne_m(answer.road_m, sent)


@given(worlds())
@settings(max_examples=60)
def test_highs_finds_nothing_shorter(shipments: Shipments) -> None:
    answer, sent = shortest(shipments), shipments.sent
    if not len(shipments.mass_kg):
        return
    rows, columns = np.nonzero(shipments.may_send)
    balance = np.concatenate(
        [
            rows[None, :] == np.arange(sent.shape[0])[:, None],
            columns[None, :] == np.arange(sent.shape[1])[:, None],
        ]
    )
    found = linprog(
        answer.road_m[rows, columns].astype(float),
        A_eq=balance.astype(float),
        b_eq=np.concatenate([sent.sum(axis=1), sent.sum(axis=0)]).astype(float),
        method="highs",
    )
    assert found.status == 0
    best = tonne_m(answer.road_m, answer.best_kg)
    assert found.fun == pytest.approx(best, rel=1e-9, abs=1)


@given(worlds())
def test_the_worst_crossings_together_save_no_more_than_the_best(
    shipments: Shipments,
) -> None:
    answer = shortest(shipments)
    found = worst_crossings(shipments, answer.road_m, 10)
    exchanged = np.zeros(len(shipments.mass_kg), np.int64)
    np.add.at(exchanged, found.one, found.mass_kg)
    np.add.at(exchanged, found.other, found.mass_kg)
    assert (exchanged <= shipments.mass_kg).all()
    avoidable = tonne_m(answer.road_m, shipments.sent)
    avoidable -= tonne_m(answer.road_m, answer.best_kg)
    assert tonne_m(found.saved_m, found.mass_kg) <= avoidable
    # Two senders and two takers have no other way to save than to exchange.
    if shipments.may_send.shape == (2, 2) and shipments.may_send.all():
        assert tonne_m(found.saved_m, found.mass_kg) == avoidable
