"""Two policies over nations: paired, each nation once, seen apart from unseen."""

import msgspec
import pytest

from benchmark.comparison import compare
from benchmark.wording import comparison_lines
from data_contracts.errors import CustomsDataError, WrongUseError


def scored(seen: float, unseen: float, loss: int, days: float | None = None, losses: int = 15):
    entries = {
        "old": {
            "recovered_vnd": {"value": seen * 1e6},
            "oracle_vnd": 100e6,
            "oracle_losses": losses,
        },
        "new": {
            "recovered_vnd": {"value": unseen * 1e6},
            "oracle_vnd": 50e6,
            "oracle_losses": losses,
        },
    }
    total = {
        "recovered_vnd": {"value": (seen + unseen) * 1e6},
        "oracle_vnd": 150e6,
        "oracle_losses": 2 * losses,
    }
    return {
        "nation": f"{loss:016x}",
        "capacity": {"checks": 53, "audits": None},
        "money": {**total, "mechanisms": entries, "true_loss_vnd": loss},
        "hit_rate": {"checks": {"value": None}},
        "early_warning": {"median_days": days},
        "recall": {"checks": None},
    }


def test_differences_are_paired_inside_nations_and_seen_apart_from_unseen():
    a = [scored(10 * i + 5, 2, i, 10.0 if i else None) for i in range(10)]
    b = [scored(10 * i, 4, i, 30.0) for i in range(10)]
    found = compare(a, b, ["new"])["measures"]
    seen, unseen = found["recovered_million_vnd_seen"], found["recovered_million_vnd_unseen"]
    # The nations differ by tens, the policies by exactly five: pairing leaves no doubt.
    assert (seen.difference.value, seen.difference.low, seen.wins) == (5.0, 5.0, 10)
    assert (unseen.difference.value, unseen.wins) == (-2.0, 0)
    assert found["share_of_oracle_unseen"].difference.value == pytest.approx(-0.04)
    assert found["warning_median_days"].nations == 9
    assert found["check_hit_rate"].nations == 0
    assert found["check_hit_rate"].difference.value is None


def test_the_bootstrap_is_seeded_and_holds_the_mean():
    a = [scored(i * i, 0, i) for i in range(10)]
    b = [scored(i, 0, i) for i in range(10)]
    one = compare(a, b, method="bootstrap")["measures"]["recovered_million_vnd"]
    again = compare(a, b, method="bootstrap")["measures"]["recovered_million_vnd"]
    assert one == again
    assert one.difference.low < one.difference.value < one.difference.high


def test_scores_of_different_nations_are_not_compared():
    with pytest.raises(CustomsDataError, match="pair 1: expected two scores of one nation"):
        compare([scored(1, 1, 5)], [scored(1, 1, 6)])
    wider = scored(1, 1, 5) | {"capacity": {"checks": 200, "audits": None}}
    with pytest.raises(CustomsDataError, match="pair 1: expected two scores of one capacity"):
        compare([scored(1, 1, 5)], [wider])
    with pytest.raises(CustomsDataError, match="found 1 and 0"):
        compare([scored(1, 1, 5)], [])
    with pytest.raises(WrongUseError, match=r"unseen mechanisms: .* found none$"):
        compare([scored(1, 1, 5)], [scored(1, 1, 5)], ["none"])


def test_a_nation_is_not_counted_twice():
    scores = [scored(1, 1, loss) for loss in (5, 6, 5)]
    with pytest.raises(CustomsDataError, match="pairs 1 and 3: expected each nation once"):
        compare(scores, scores)
    with pytest.raises(CustomsDataError, match="pair 2: expected two scores of one nation"):
        compare(scores[:2], scores[::2])


def test_a_difference_of_shares_stays_inside_what_it_can_be():
    a = [scored(100, 50, 1), scored(30, 0, 2)]
    b = [scored(0, 0, 1), scored(0, 0, 2)]
    found = compare(a, b)["measures"]
    # Of 1 and 0.2 Student's interval reaches from -4.5 to 5.7.
    assert found["share_of_oracle"].difference.value == pytest.approx(0.6)
    assert (found["share_of_oracle"].difference.low, found["share_of_oracle"].difference.high) == (
        -1.0,
        1.0,
    )
    assert found["recovered_million_vnd"].difference.high > 150
    turned = compare(b, a)["measures"]["share_of_oracle"].difference
    assert (turned.low, turned.high) == (-1.0, 1.0)


def test_a_share_of_fewer_than_thirty_losses_in_all_nations_is_not_compared():
    # Of each mechanism in each of two nations: 28 of one and 56 of both, then 14 and 28.
    for losses, nations in ((15, [2, 2, 2]), (14, [2, 0, 0]), (7, [0, 0, 0])):
        scores = [scored(10, 5, nation, losses=losses) for nation in (1, 2)]
        found = compare(scores, scores, ["new"])["measures"]
        shares = [found[f"share_of_oracle{which}"] for which in ("", "_seen", "_unseen")]
        assert [one.nations for one in shares] == nations
        assert found["recovered_million_vnd_unseen"].nations == 2


def test_a_comparison_is_told_with_its_units():
    a, b = ([scored(more * i, 5, i, 9.0 + more) for i in (1, 2)] for more in (20, 10))
    told = list(comparison_lines(msgspec.to_builtins(compare(a, b, ["new"]))))
    assert told[0] == "2 nations, paired, 95 % intervals (Student's t)"
    assert any(
        line.startswith(
            "  share of the oracle's: A 23.3%, B 13.3%, A - B +10.0 points (-32.4 points to"
        )
        for line in told
    )
    assert any(
        "published mechanisms: A 30 million VND, B 15 million VND, A - B +15 million VND" in line
        for line in told
    )
    assert (
        "  median delay until a new scheme is seen: A 29 days, B 19 days, A - B +10 days"
        in "\n".join(told)
    )
    alone = next(comparison_lines(msgspec.to_builtins(compare(a[:1], b[:1]))))
    assert alone == "1 nation, paired, 95 % intervals (Student's t)"
