"""What is kept no longer goes at night; what may stay a day longer, stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from diaspora.accounts import services as accounts
from diaspora.accounts.models import Account, SignInSession
from diaspora.assignments.models import Assignment, Letter
from diaspora.extensions import db
from diaspora.pairings.models import Pairing, PairingStep
from diaspora.pairings.rules import PairingState
from diaspora.platform import retention
from diaspora.platform.access import VISITOR
from diaspora.platform.audit import AuditEvent, AuditPayload
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.personal_data import PurgedCount
from diaspora.platform.retention import YEAR
from diaspora.profiles.rules import CandidateState
from diaspora.rights import copying
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs
from tests.factories import NOW
from tests.pairings.people import TO_ACCEPTED, A, People

DAY = timedelta(days=1)


def test_an_unconfirmed_account_goes_with_its_mails_and_a_confirmed_one_stays() -> None:
    accounts.sign_up("never@example.org", "three quiet rivers", "en", VISITOR, NOW)
    kept = factories.account()
    over = retention.called("accounts whose address was never confirmed")
    assert retention.keep_to(over, NOW + over.after) == 0
    assert retention.keep_to(over, NOW + over.after + DAY) == 1
    assert db.session.scalars(sa.select(Account.id)).all() == [kept.id]
    assert db.session.scalars(sa.select(OutboxMail)).all() == []


def test_sign_ins_are_forgotten_after_their_time() -> None:
    account = factories.account()
    accounts.open_session(account, "a browser", NOW)
    accounts.open_session(account, "a browser", NOW + 2 * DAY)
    over = retention.called("sign-ins")
    assert retention.keep_to(over, NOW + over.after + DAY) == 1
    assert db.session.scalars(sa.select(SignInSession.started_at)).all() == [NOW + 2 * DAY]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("profiles that were never sent", {"state": CandidateState.DRAFT}),
        ("profiles whose years on the roster are over", {"state": CandidateState.EXPIRED}),
        (
            "imported profiles that nobody took over",
            {"state": CandidateState.DRAFT, "account_id": None, "source": "list", "external_id": "a@b.org"},
        ),
    ],
)
def test_a_profile_to_which_nobody_came_back_is_erased(name: str, values: dict[str, Any]) -> None:
    candidate = factories.candidate(**values, on_roster_until=NOW.date())
    over = retention.called(name)
    assert retention.keep_to(over, NOW + over.after - DAY) == 0
    assert retention.keep_to(over, NOW + over.after + DAY) == 1
    db.session.expire_all()
    assert candidate.state is CandidateState.ANONYMISED
    assert (candidate.full_name, candidate.interests, candidate.publications) == ("", "", [])
    assert "a@b.org" not in (candidate.external_id or "")


def test_a_candidature_is_counted_then_deleted_and_one_that_became_a_stay_is_kept() -> None:
    lost, stay = People(), People()
    ended = lost.walked(A.FIND_INELIGIBLE)
    ended.state, ended.closed_at = PairingState.INELIGIBLE, NOW
    lived = stay.walked(*TO_ACCEPTED)
    lived.closed_at = NOW
    db.session.commit()
    over = retention.called("candidatures that did not become a stay")
    assert retention.keep_to(over, NOW + over.after + DAY) == 1
    assert db.session.scalars(sa.select(Pairing.id)).all() == [lived.id]
    assert ended.id not in set(db.session.scalars(sa.select(PairingStep.pairing_id)))
    found = {(row.dimension, row.value) for row in db.session.scalars(sa.select(PurgedCount))}
    assert found == {("state", "ineligible"), ("field", "4.1"), ("country", "FR")}


def test_the_document_of_a_letter_goes_and_whoever_asks_for_it_is_told(client: CheckedClient) -> None:
    people = People()
    people.walked(*TO_ACCEPTED)
    letter = db.session.scalars(sa.select(Letter)).one()
    ends_on = db.session.get_one(Assignment, letter.assignment_id).ends_on
    over, after = retention.called("documents of letters"), datetime.combine(ends_on, NOW.timetz())
    assert retention.keep_to(over, after + over.after) == 0
    assert retention.keep_to(over, after + over.after + DAY) == 1
    assert retention.keep_to(over, after + over.after + DAY) == 0
    db.session.commit()
    client.sign_in(people.candidate_account)
    address = f"/en/assignments/{letter.assignment_id}/letters/{letter.id}.pdf"
    assert "is missing" in client.get(address, follow_redirects=True).get_data(as_text=True)
    assert b"data.json" in copying.archive(people.candidate_account, NOW)


def test_details_of_the_log_are_emptied_and_its_rows_stay() -> None:
    People().applied()
    events = set(db.session.scalars(sa.select(AuditEvent.number)))
    over = retention.called("details of the log")
    assert retention.keep_to(over, NOW + over.after + DAY) > 0
    contents = [row.content for row in db.session.scalars(sa.select(AuditPayload))]
    assert [content for content in contents if content and "rule" not in content] == []
    assert events <= set(db.session.scalars(sa.select(AuditEvent.number)))


def test_a_dry_run_tells_the_numbers_and_changes_nothing(app: Flask) -> None:
    account = factories.account()
    accounts.open_session(account, "old", NOW - YEAR)
    db.session.commit()
    told = app.test_cli_runner().invoke(args=["retention", "run", "--dry-run"])
    assert "     1 sign-ins: deleted" in told.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 1
    told = app.test_cli_runner().invoke(args=["retention", "run"])
    assert "     1 sign-ins: deleted" in told.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0


def test_each_night_every_rule_is_a_job_of_its_own(jobs: Jobs) -> None:
    retention.keep_to_all()
    db.session.commit()
    names = [arguments[0] for name, arguments in jobs.waiting if name.endswith("keep_to_one")]
    assert names == [one.name for one in retention.registered()]
    jobs.run()
