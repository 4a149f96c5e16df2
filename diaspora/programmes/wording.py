"""Rules and rates of a call as whole sentences in the reader's language."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel.lists import format_list
from flask import Flask
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from diaspora.platform import languages, reference
from diaspora.platform.labels import label
from diaspora.profiles.rules import DegreeLevel, MoldovaLink
from diaspora.programmes.models import AllowanceRate, EligibilityRule
from diaspora.programmes.rules import RateKind, RateUnit, RuleKind


def rule_text(rule: EligibilityRule) -> str:
    """One eligibility rule for people who read it."""
    return _RULES[rule.kind](rule.value)


def rate_text(rate: AllowanceRate) -> str:
    """One allowance rate for people who read it."""
    return _rate_sentence(rate.kind, rate.unit, rate.amount, rate.currency)


def _any_of(words: list[str]) -> str:
    return format_list(words, style="or", locale=get_locale())


def _degree(value: dict[str, Any]) -> str:
    match DegreeLevel(value["least"]):
        case DegreeLevel.BACHELOR:
            return _("Has a bachelor's degree or a higher one")
        case DegreeLevel.MASTER:
            return _("Has a master's degree or a doctorate")
        case DegreeLevel.DOCTORATE:
            return _("Has a doctorate")


def _years(value: dict[str, Any]) -> str:
    return ngettext(
        "At least %(num)s year of relevant experience abroad within the last five",
        "At least %(num)s years of relevant experience abroad within the last five",
        value["least"],
    )


def _link(value: dict[str, Any]) -> str:
    links = _any_of([label(MoldovaLink(one)) for one in value["any_of"]])
    return _("Linked to Moldova by at least one of these: %(links)s", links=links)


def _language(value: dict[str, Any]) -> str:
    names = _any_of([reference.language_name(code) for code in value["any_of"]])
    if value["least"] == "native":
        return _("Speaks as a native language: %(languages)s", languages=names)
    return _("Speaks %(languages)s at %(level)s or better", languages=names, level=value["least"])


_RULES: dict[RuleKind, Callable[[dict[str, Any]], str]] = {
    RuleKind.AGE: lambda value: _(
        "Age %(least)s to %(most)s on the deadline", least=value["least"], most=value["most"]
    ),
    RuleKind.DEGREE: _degree,
    RuleKind.DEGREE_ABROAD: lambda _value: _("Has a degree from a university abroad"),
    RuleKind.LIVES_ABROAD: lambda _value: _("Lives outside Moldova"),
    RuleKind.YEARS_ABROAD: _years,
    RuleKind.EMPLOYED_ABROAD: lambda _value: _("Is employed abroad"),
    RuleKind.LINK: _link,
    RuleKind.LANGUAGE: _language,
}


def _rate_sentence(kind: RateKind, unit: RateUnit, amount: Decimal, currency: str) -> str:
    money = languages.money(amount, currency)
    match kind, unit:
        case RateKind.LIVING_ALLOWANCE, RateUnit.MONTH:
            return _("Living allowance of %(money)s a month", money=money)
        case RateKind.LIVING_ALLOWANCE, RateUnit.DAY:
            return _("Living allowance of %(money)s a day", money=money)
        case RateKind.LIVING_ALLOWANCE, _unit:
            return _("Living allowance of %(money)s for the whole stay", money=money)
        case RateKind.PER_DIEM, RateUnit.MONTH:
            return _("Per diem of %(money)s a month", money=money)
        case RateKind.PER_DIEM, RateUnit.DAY:
            return _("Per diem of %(money)s a day", money=money)
        case RateKind.PER_DIEM, _unit:
            return _("Per diem of %(money)s for the whole stay", money=money)
        case RateKind.TRAVEL_CAP, RateUnit.MONTH:
            return _("Travel paid back up to %(money)s a month", money=money)
        case RateKind.TRAVEL_CAP, RateUnit.DAY:
            return _("Travel paid back up to %(money)s a day", money=money)
        case _kind, _unit:
            return _("Travel paid back up to %(money)s a trip", money=money)


def init_app(app: Flask) -> None:
    """Give templates the two filters."""
    app.jinja_env.filters.update(rule_text=rule_text, rate_text=rate_text)
