"""The arithmetic of the table, on readings made by hand."""

import pytest

from benchmarks.ratios import Run, disagreeing, growth_verdicts, lines, ratios, verdicts
from benchmarks.rows import INPUTS, ROWS, Goal, Row, Variant
from benchmarks.table import data, text


def variants(*names):
    return tuple(Variant(name=name, run="nowhere:nothing") for name in names)


def runs(variant, *values, figure="per_second", events=100):
    """A run of each round; None for a round without a figure."""
    return [
        Run(row="r", variant=variant, events=events, round=number, figures={} if value is None else {figure: value})
        for number, value in enumerate(values, start=1)
    ]


ROW = Row(
    name="r",
    title="a row",
    figure="per_second",
    variants=variants("base", "own"),
    goals=(Goal(variant="own", over="base", figure="per_second", least=0.5, aim=0.8),),
    agree=True,
)


def test_the_ratio_is_the_median_of_the_ratios_within_each_round():
    """A machine that slows down from round to round moves both alike; the ratio of the medians would be 0.5."""
    base, own = lines(ROW, [*runs("base", 100, 40, 10), *runs("own", 20, 20, 9)])
    assert own.ratio == 0.5
    assert own.spread == (0.2, 0.9)
    assert (base.ratio, base.spread) == (1, (1, 1))


def test_it_is_not_the_ratio_of_the_medians():
    """Medians 40 and 30 would give 0.75; the rounds give 3, 0.5 and 0.3."""
    own = lines(ROW, [*runs("base", 10, 40, 100), *runs("own", 30, 20, 30)])[1]
    assert own.medians == {"per_second": 30}
    assert own.ratio == 0.5


def test_rounds_that_one_of_them_lacks_are_left_out():
    assert ratios({1: 3.0, 2: 5.0, 4: 1.0}, {2: 10.0, 3: 1.0, 4: 4.0}) == [0.5, 0.25]
    own = lines(ROW, [*runs("base", 10, None, 10), *runs("own", None, 5, 4)])[1]
    assert (own.ratio, own.rounds) == (0.4, 2)


def test_a_variant_that_never_finished_says_why_and_has_no_figure():
    failed = [Run(row="r", variant="own", events=100, round=n, failure="not finished in 3 s") for n in (1, 2)]
    own = lines(ROW, [*runs("base", 10, 10), *failed])[1]
    assert (own.ratio, own.rounds, own.medians, own.failure) == (None, 0, {}, "not finished in 3 s")
    (verdict,) = verdicts(ROW, [*runs("base", 10, 10), *failed])
    assert (verdict.value, verdict.reached) == (None, None)
    printed = "\n".join(text([ROW], [*runs("base", 10, 10), *failed]))
    assert "own                     not finished in 3 s" in printed
    assert "not measured" in printed


def test_processor_time_has_a_ratio_of_its_own():
    both = [
        Run(row="r", variant=name, events=100, round=1, figures={"per_second": wall, "per_processor_second": processor})
        for name, wall, processor in (("base", 10, 100), ("own", 5, 80))
    ]
    own = lines(ROW, both)[1]
    assert (own.ratio, own.processor_ratio) == (0.5, 0.8)


def test_a_figure_without_processor_time_has_no_such_ratio():
    row = Row(name="r", title="", figure="p50_ms", variants=variants("base", "own"))
    both = [
        Run(row="r", variant=name, events=100, round=1, figures={"p50_ms": 1, "per_processor_second": 2})
        for name in ("base", "own")
    ]
    assert lines(row, both)[1].processor_ratio is None


@pytest.mark.parametrize(("value", "reached"), [(5, True), (4.9, False), (50, True)])
def test_a_goal_that_wants_at_least_so_much(value, reached):
    (verdict,) = verdicts(ROW, [*runs("base", 10), *runs("own", value)])
    assert (verdict.value, verdict.reached) == (value / 10, reached)
    assert verdict.goal == "own / base: per_second >= 0.5 (aim 0.8)"


@pytest.mark.parametrize(("value", "reached"), [(5, True), (5.1, False), (0.1, True)])
def test_a_goal_about_the_figure_itself_that_wants_at_most_so_much(value, reached):
    row = Row(
        name="r",
        title="",
        figure="p50_ms",
        variants=variants("own"),
        goals=(Goal(variant="own", figure="p50_ms", most=5),),
    )
    (verdict,) = verdicts(row, runs("own", value, value, 99 * value, figure="p50_ms"))
    assert (verdict.value, verdict.reached) == (value, reached)


def test_growth_is_the_median_at_the_largest_size_over_that_at_the_smallest():
    goal = Goal(variant="own", figure="p50_ms", most=1.5, growth=True)
    row = Row(name="r", title="", figure="p50_ms", variants=variants("own"), goals=(goal,))
    small = runs("own", 2, 2, 9, figure="p50_ms", events=10)
    middle = runs("own", 50, figure="p50_ms", events=100)
    large = runs("own", 3, 3, 8, figure="p50_ms", events=1_000)
    (verdict,) = growth_verdicts(row, [*large, *small, *middle])
    assert (verdict.value, verdict.reached) == (1.5, True)
    assert growth_verdicts(row, small) == []
    assert verdicts(row, small) == []


def test_answers_that_differ_are_shown():
    same = [
        Run(row="r", variant=name, events=1, round=1, figures={"per_second": 1}, answer="a") for name in ("base", "own")
    ]
    other = Run(row="r", variant="own", events=1, round=2, figures={"per_second": 1}, answer="b")
    assert disagreeing(ROW, same) == ()
    assert disagreeing(ROW, [*same, other]) == ("a: base, own", "b: own")
    assert "ANSWERS DIFFER: b: own" in "\n".join(text([ROW], [*same, other]))


def test_the_data_hold_the_table_and_every_run():
    found = data([ROW], [*runs("base", 10, 20), *runs("own", 5, 15)])
    (row,) = found["rows"]
    assert row["sizes"]["100"]["variants"][1]["ratio"] == 0.625
    assert row["sizes"]["100"]["goals"][0]["reached"] is True
    assert len(found["runs"]) == 4


def test_names_are_unique_and_goals_name_variants_of_their_row():
    assert len({row.name for row in ROWS}) == len(ROWS)
    for row in ROWS:
        names = [variant.name for variant in row.variants]
        assert len(set(names)) == len(names)
        for goal in row.goals:
            assert {goal.variant, goal.over or names[0]} <= set(names)
            assert (goal.least is None) != (goal.most is None)
        assert {need for variant in row.variants for need in variant.needs} <= set(INPUTS)
