import pytest
from pydantic import ValidationError

from diaspora.settings import Settings

SAFE = {
    "environment": "production",
    "secret_key": "a real secret of enough length",
    "base_url": "https://punte.example.org",
    "mail_server": "mail.example.org",
}


def test_safe_production_starts() -> None:
    assert Settings(**SAFE).environment == "production"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"demonstration": True}, "DEMONSTRATION"),
        ({"secret_key": "for development only, refused in production"}, "SECRET_KEY"),
        ({"base_url": "http://punte.example.org"}, "BASE_URL"),
        ({"mail_server": ""}, "MAIL_SERVER"),
    ],
)
def test_unsafe_production_is_refused_by_name(change: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings(**{**SAFE, **change})


def test_a_plain_postgresql_address_is_read_as_psycopg_3() -> None:
    for plain in ("postgres://u@h/d", "postgresql://u@h/d"):
        assert Settings(database_url=plain).database_address == "postgresql+psycopg://u@h/d"
