import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcore.units import MM_PER_UNIT, parse_length


@pytest.mark.parametrize(
    ("text", "unit", "mm"),
    [
        ("2.5mm", "in", 2.5),
        ("1/8in", "mm", 3.175),
        ('1 1/2"', "mm", 38.1),
        ("1 1/2 in", "mm", 38.1),
        (".062 inch", "mm", 1.5748),
        ("3cm", "mm", 30.0),
        ("62 thou", "mm", 1.5748),
        ("1e2", "mm", 100.0),
        (2, "in", 50.8),
        ("-3", "mm", -3.0),
    ],
)
def test_length(text, unit, mm):
    assert parse_length(text, unit) == pytest.approx(mm, abs=1e-12)


@pytest.mark.parametrize("text", ["", "abc", "1/0in", "3 parsec", "1,5mm", "1..2", "mm", "nan", "inf", "1e999"])
def test_no_length(text):
    with pytest.raises(ValueError, match=r"length|one of"):
        parse_length(text)


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(MM_PER_UNIT)))
def test_a_number_with_its_unit_is_the_number_in_that_unit(value, unit):
    assert parse_length(f"{value!r}{unit}") == pytest.approx(parse_length(value, unit), rel=1e-12, abs=1e-12)
