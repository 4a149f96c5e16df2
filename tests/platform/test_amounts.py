from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.platform.amounts import parse_amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234.50", "1234.50"),
        ("1234,5", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        ("1\u202f234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1'234'567.05", "1234567.05"),
        ("1.234.567", "1234567.00"),
        ("1 234 567", "1234567.00"),
        (" 12 ", "12.00"),
        ("0,05", "0.05"),
        ("500000", "500000.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, amount: str) -> None:
    assert str(parse_amount(typed)) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "", "-5", "+5", "1e5", "NaN", "12 MDL", "1.234", "1,234", "1.2.3", "1 23", "1.234.56", "12.345,6,7",
        "1234.567", "12345678901", "99999999999999", ".5", "5.", "1 234,567,89", "１２",
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_or_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_amount(typed)


@given(st.decimals(0, Decimal("9999999999.99"), places=2))
def test_every_amount_is_read_back_as_it_is_shown(amount: Decimal) -> None:
    assert parse_amount(f"{amount:.2f}") == amount
    assert parse_amount(f"{amount:,.2f}") == amount
    assert parse_amount(f"{amount:,.2f}".replace(",", " ").replace(".", ",")) == amount
