"""The preview answers hostile forms with a page or a refusal, never with an error of its own."""

import io
import json
from typing import Any

import pytest

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.matching import engine_file, services
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW

HOSTILE = [
    "",
    "\x00\x01\x1b[31m\u202e\ufeff\u2028 soil erosion \ud7ff\uffff",
    "<script>alert(1)</script> {{ 7 * 7 }} ${jndi:x} '; drop table candidate; -- soil erosion slope",
    "a" * 390_000,
    "soil " * 70_000,
    "=cmd|' /C calc'!A0 +1-1@x soil erosion measure slope",
    "почва " * 30 + "soil " * 30 + "sol " * 30 + "土壌 " * 30 + "😀 " * 30,
    "".join(chr(0x300 + n % 112) for n in range(5000)),
]
LANGUAGES = ["", "en", "xx", "x" * 5000, "\x00", "../../etc", "<b>"]


@pytest.fixture
def account() -> Account:
    """Somebody with a profile."""
    return db.session.get_one(Account, factories.candidate().account_id)


def learnt() -> None:
    for _ in range(3):
        factories.candidate()
    factories.placement()
    services.refit(NOW)
    db.session.commit()
    engine_file.at_hand(wait=True)


def answers(client: CheckedClient, address: str, names: tuple[str, ...], language: str) -> set[int]:
    """What comes back for every hostile text in every language."""
    found = set()
    for text in HOSTILE:
        for code in LANGUAGES:
            answer = client.post(address, data={**dict.fromkeys(names, text[:50_000]), language: code})
            found.add(answer.status_code)
            assert "<script>alert" not in json.loads(answer.get_data(as_text=True))["panel"]
    return found


def test_no_text_and_no_language_breaks_a_preview_of_a_profile(
    client: CheckedClient, account: Account
) -> None:
    learnt()
    client.sign_in(account)
    assert answers(client, "/en/profile/preview/interests", ("interests",), "text_language") == {200}
    assert answers(client, "/en/profile/preview/publications", ("title", "abstract"), "language") == {200}


def test_no_text_and_language_breaks_a_preview_of_a_placement(client: CheckedClient) -> None:
    learnt()
    host = factories.institution()
    client.sign_in(host.memberships[0].account)
    names = ("title", "tasks", "summary")
    assert answers(client, f"/en/institution/{host.id}/preview", names, "language") == {200}


@pytest.mark.parametrize(
    "sent",
    [
        {"interests[0][x]": "soil", "interests": "soil"},
        {"interests": (io.BytesIO(b"\x89PNG" * 100), "x.png")},
        {"look": "1", "text_language": "en"},
        {},
    ],
    ids=["nested", "a file", "no text", "nothing"],
)
def test_a_form_of_another_shape_is_an_empty_text(
    client: CheckedClient, account: Account, sent: dict[str, Any]
) -> None:
    learnt()
    client.sign_in(account)
    kind = "multipart/form-data"
    answer = client.post("/en/profile/preview/interests", data=sent, content_type=kind)
    assert answer.status_code == 200


@pytest.mark.parametrize("item", ["x", "\x00", "0" * 3000, "00000000-0000-0000-0000-000000000000"])
def test_a_publication_of_nobody_is_a_new_one(client: CheckedClient, account: Account, item: str) -> None:
    learnt()
    client.sign_in(account)
    address = "/en/profile/preview/publications"
    answer = client.post(address, query_string={"item": item}, data={"title": "Soil", "abstract": "Erosion"})
    assert answer.status_code == 200


def test_json_and_too_much_are_no_form(client: CheckedClient, account: Account) -> None:
    learnt()
    client.sign_in(account)
    address = "/en/profile/preview/interests"
    assert client.post(address, json={"interests": ["soil"] * 1000}).status_code == 200
    assert client.post(address, data={"interests": "a" * 1_000_000}).status_code == 413
    assert client.get(address).status_code == 405


def test_a_form_with_the_button_is_as_robust(client: CheckedClient, account: Account) -> None:
    learnt()
    client.sign_in(account)
    for text in HOSTILE:
        sent = {"interests": text[:50_000], "text_language": "en", "look": "1"}
        answer = client.post("/en/profile/interests", data=sent)
        assert answer.status_code == 200
