"""Codes with names in three languages: countries, languages, fields of research, districts."""

import csv
from functools import cache
from pathlib import Path

import pycountry
from babel import Locale
from flask import Flask

from diaspora.platform.collation import in_order
from diaspora.platform.languages import current_language

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, dict[str, str]]:
    """A CSV of this folder: code -> {language: name}, in the file's order."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {line["code"]: line for line in csv.DictReader(file)}


def fields_of_research() -> dict[str, str]:
    """OECD fields (Frascati Manual) of the second level: code -> name in the reader's language."""
    return {
        code: names[current_language()] for code, names in table("fields_of_research").items() if "." in code
    }


def research_areas() -> dict[str, str]:
    """OECD areas, the first level of the fields: code -> name in the reader's language."""
    return {
        code: names[current_language()]
        for code, names in table("fields_of_research").items()
        if "." not in code
    }


def research_area(code: str) -> str:
    """Name of the first-level area of a field code."""
    return table("fields_of_research")[code.split(".")[0]][current_language()]


def field_name(code: str) -> str:
    """Name of a field; an unknown code is given back as it is."""
    names = table("fields_of_research").get(code)
    return names[current_language()] if names else code


def districts() -> dict[str, str]:
    """ISO 3166-2 units of Moldova: code -> name, in the order of the names."""
    return _by_name({code: names[current_language()] for code, names in table("districts").items()})


def district_name(code: str) -> str:
    """Name of a Moldovan unit."""
    names = table("districts").get(code)
    return names[current_language()] if names else code


@cache
def district_places() -> dict[str, tuple[int, int]]:
    """Where each unit stands on a map of squares: code -> (column, row), roughly as they lie."""
    return {code: (int(line["column"]), int(line["row"])) for code, line in table("district_tiles").items()}


@cache
def universities() -> tuple[str, ...]:
    """Moldova's universities under each of their names in the Research Organization Registry (data CC0)."""
    with (FOLDER / "universities_md.csv").open(encoding="utf-8", newline="") as file:
        return tuple(line["name"] for line in csv.DictReader(file))


def levels() -> dict[str, str]:
    """CEFR levels and `native`: code -> what it means."""
    return {code: names[current_language()] for code, names in table("languages_cefr").items()}


def level_rank(code: str) -> int:
    """Place of a level in the order A1 < ... < C2 < native. Raises ValueError for an unknown one."""
    return list(table("languages_cefr")).index(code)


@cache
def country_codes() -> tuple[str, ...]:
    """ISO 3166-1 alpha-2 codes."""
    return tuple(country.alpha_2 for country in pycountry.countries)


@cache
def language_codes() -> tuple[str, ...]:
    """ISO 639-1 codes that have a name in all three languages of the site."""
    wanted = sorted(x.alpha_2 for x in pycountry.languages if hasattr(x, "alpha_2"))
    known = [Locale(lang).languages for lang in ("ro", "ru", "en")]
    return tuple(code for code in wanted if all(code in names for names in known))


def country_name(code: str) -> str:
    """Name of a country in the reader's language."""
    return str(Locale(current_language()).territories.get(code, code))


def language_name(code: str) -> str:
    """Name of a language in the reader's language."""
    return str(Locale(current_language()).languages.get(code, code))


def level_name(code: str) -> str:
    """What a CEFR level or `native` means, in the reader's language; an unknown code is given back."""
    names = table("languages_cefr").get(code)
    return names[current_language()] if names else code


def countries() -> dict[str, str]:
    """All countries, by name."""
    return _by_name({code: country_name(code) for code in country_codes()})


def languages() -> dict[str, str]:
    """All languages, by name."""
    return _by_name({code: language_name(code) for code in language_codes()})


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return dict(in_order(names.items(), key=lambda item: item[1]))


def init_app(app: Flask) -> None:
    """Let templates name codes: `{{ code|country }}`, `|language`, `|field`, `|level`, `|district`."""
    app.jinja_env.filters.update(
        country=country_name,
        language=language_name,
        field=field_name,
        level=level_name,
        district=district_name,
    )
