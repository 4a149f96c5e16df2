"""Amounts of money as people type them."""

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.widgets import TextInput

MOST = Decimal("9999999999.99")

_PLAIN = re.compile(r"\d{1,12}([.,]\d{1,2})?", re.ASCII)
_GROUPED = re.compile(
    r"\d{1,3}(?:(?P<group>[., '’\u00a0\u202f])\d{3})(?:(?P=group)\d{3})*(?:[.,]\d{1,2})?", re.ASCII
)
_SEPARATORS = re.compile(r"[., '’\u00a0\u202f]")


def parse_amount(text: str) -> Decimal:
    """`1 234,50`, `1.234,50`, `1,234.50` and `1234.5` as an amount with two decimals.

    Raises ValueError for anything else, also for `1.234`, which is one thing in Chișinău and another
    in London.
    """
    text = text.strip()
    grouped = _GROUPED.fullmatch(text)
    if not _PLAIN.fullmatch(text) and not grouped:
        raise ValueError(f"{text!r} is not an amount")
    last = max(text.rfind("."), text.rfind(","))
    decimals = text[last + 1 :] if last >= 0 else ""
    if len(decimals) == 3 and len(re.findall("[.,]", text)) == 1:
        raise ValueError(f"{text!r} can be read in two ways")
    if grouped and len(decimals) in {1, 2} and text[last] == grouped["group"]:
        raise ValueError(f"{text!r} has one sign for two things")
    whole, cents = (text[:last], decimals) if 0 < len(decimals) < 3 else (text, "")
    amount = Decimal(f"{_SEPARATORS.sub('', whole)}.{cents or '0'}").quantize(Decimal("0.01"))
    if amount > MOST:
        raise ValueError(f"{text!r} is too much")
    return amount


class AmountField(Field):
    """An amount of money, Decimal with two decimals; what was typed stays in the field."""

    widget = TextInput()
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; nothing typed is None."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        try:
            self.data = parse_amount(str(valuelist[0]))
        except ValueError:
            raise ValueError(_("Enter an amount such as 1 234,50 or 1234.50.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)
