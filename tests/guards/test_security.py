"""What docs/security.md names is there, and the small promises that no other test holds."""

import re

import pytest
from flask import Flask

from diaspora.accounts import queries
from diaspora.settings import ROOT
from tests import factories
from tests.client import CheckedClient
from tests.guards.test_access import endpoints

NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+|[\w-]+\.(?:toml|txt|in|py))`")
DOCUMENT = (ROOT / "docs/security.md").read_text()


def test_every_file_that_the_document_names_is_there() -> None:
    named = set(NAMED.findall(DOCUMENT))
    assert len(named) > 80
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_chapter_has_its_part() -> None:
    named = {int(number) for number in re.findall(r"\bV(\d+) ", DOCUMENT)}
    assert named == set(range(1, 18))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/en/login", "current-password"),
        ("/en/signup", "new-password"),
    ],
)
def test_passwords_are_masked_and_named_for_password_managers(
    client: CheckedClient, path: str, told: str
) -> None:
    fields = re.findall(r'<input[^>]*name="password"[^>]*>', client.get(path).get_data(as_text=True))
    assert len(fields) == 1
    assert 'type="password"' in fields[0]
    assert f'autocomplete="{told}"' in fields[0]


def test_a_form_changes_nothing_but_its_own_fields(client: CheckedClient) -> None:
    """Whoever adds the names of columns to what a form sends gets nothing by it."""
    planted = {"email_confirmed_at": "2026-01-01", "closed_at": "2026-01-01", "role": "admin", "version": "9"}
    data = {"email": "ana.noua@example.org", "password": "seven green boats at dawn", **planted}
    client.post("/en/signup", data=data)
    made = queries.account_by_email("ana.noua@example.org")
    assert made is not None
    assert made.email_confirmed_at is None
    account = factories.account()
    before = (account.email, account.password_hash)
    client.sign_in(account).post("/en/account", data={"language": "ru", "email": "x@example.org", **planted})
    assert account.language == "ru"
    assert (account.email, account.password_hash, account.closed_at) == (*before, None)
    assert queries.granted_roles(account.id, factories.NOW.date()) == []


def test_whoever_is_signed_in_can_sign_out_on_every_page(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    for path in ("/en/", "/en/account", "/en/placements", "/en/no-such-page"):
        assert 'action="/en/logout"' in client.get(path).get_data(as_text=True), path


def test_every_answer_says_its_type_and_characters(app: Flask, client: CheckedClient) -> None:
    for _endpoint, method, address in endpoints(app):
        if method != "GET":
            continue
        answer = client.get(address)
        kind = answer.headers["Content-Type"]
        assert not kind.startswith("text/") or "charset=utf-8" in kind, address


def test_nothing_answers_to_trace(client: CheckedClient) -> None:
    for path in ("/", "/en/", "/en/login", "/healthz"):
        assert client.open(path, method="TRACE").status_code == 405
