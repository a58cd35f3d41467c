import pytest

from matching.engine.params import Params
from matching.engine.verdict import Verdict


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("horizon_months", 0),
        ("horizon_months", 121),
        ("haul_fixed_fen_per_t", -1.0),
        ("haul_fen_per_t_km", float("nan")),
        ("circuity", 0.99),
        ("unplaced_fen_per_t", -1),
        ("block_pairs", 999),
        ("accept", Verdict.NO),
    ],
)
def test_a_knob_out_of_range_is_refused_by_name(knob: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{knob} is .* not within"):
        Params(**{knob: value})


def test_a_part_of_a_month_is_refused() -> None:
    with pytest.raises(ValueError, match=r"horizon_months is 1\.5"):
        Params(horizon_months=1.5)  # type: ignore[arg-type]


def test_verdicts_stand_best_first() -> None:
    assert list(Verdict) == sorted(Verdict)
    assert [verdict.name for verdict in Verdict] == [
        "YES",
        "TREATED",
        "LIKELY",
        "UNKNOWN",
        "NO",
    ]
