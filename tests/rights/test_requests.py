"""What people ask about their data is answered within a month by the one whose task it is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.extensions import db
from diaspora.platform.access import Role
from diaspora.platform.refusals import Refused
from diaspora.rights import queries, services
from diaspora.rights.rules import MOST_OPEN, RequestAct, RequestKind, RequestState, a_month_after
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import actor_of, messages_to


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_month_is_a_month_and_never_more_than_31_days(day: date) -> None:
    due = a_month_after(day)
    assert 28 <= (due - day).days <= 31
    assert due.day == day.day or (due.day < day.day and due.month != day.month)


def test_a_request_goes_from_the_person_to_the_officer_and_back(client: CheckedClient) -> None:
    person, officer = factories.account(), factories.account(Role.DATA_PROTECTION)
    client.sign_in(person)
    empty = client.post("/en/account/requests", data={"kind": "ranking", "text": ""}).get_data(as_text=True)
    assert "Write what you ask for." in empty
    client.post("/en/account/requests", data={"kind": "ranking", "text": "Look at my place again."})
    asked = queries.requests_of(person.id)[0]
    client.sign_in(officer)
    assert f"/staff/requests/{asked.id}" in client.get("/en/staff/requests").get_data(as_text=True)
    page = client.get(f"/en/staff/requests/{asked.id}").get_data(as_text=True)
    assert "Look at my place again." in page
    client.post(f"/en/staff/requests/{asked.id}/take", data={"version": asked.version})
    refused = client.post(f"/en/staff/requests/{asked.id}/answer", data={"reason": ""}).get_data(as_text=True)
    assert "Give a reason" in refused
    client.post(f"/en/staff/requests/{asked.id}/answer", data={"reason": "The second place was right."})
    assert queries.request(asked.id).state is RequestState.ANSWERED  # type: ignore[union-attr]
    assert messages_to(person) == ["request_answered"]
    client.sign_in(person)
    assert "The second place was right." in client.get("/en/account/requests").get_data(as_text=True)


def test_nobody_answers_their_own_request() -> None:
    officer = factories.account(Role.DATA_PROTECTION)
    asked = services.file_request(officer, RequestKind.OBJECTION, "No.", actor_of(officer), NOW)
    with pytest.raises(Refused):
        services.act(asked, RequestAct.ANSWER, actor_of(officer), NOW, "Fine.")


def test_nobody_fills_the_list_alone() -> None:
    person = factories.account()
    for _number in range(MOST_OPEN):
        services.file_request(person, RequestKind.OTHER, "Please.", actor_of(person), NOW)
    with pytest.raises(Refused):
        services.file_request(person, RequestKind.OTHER, "Please.", actor_of(person), NOW)
    db.session.rollback()
