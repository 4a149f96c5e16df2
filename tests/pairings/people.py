"""Everybody who acts on one pairing, and the way of it from the application to the end."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.pairings import services
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingAct
from diaspora.placements.models import Placement
from diaspora.platform.access import Actor, Role, roles_of
from diaspora.platform.mail.models import OutboxMail
from diaspora.profiles.models import Candidate
from tests import factories
from tests.factories import NOW


def actor_of(account: Account) -> Actor:
    """As a request of this person would be made."""
    return Actor(account.id, roles_of(account.id), account.language)


@dataclass
class People:
    """A candidate, a placement with its institution and call, and the staff who decide."""

    candidate: Candidate = field(default_factory=factories.candidate)
    placement: Placement = field(default_factory=factories.placement)
    officer: Account = field(default_factory=lambda: factories.account(Role.OFFICER))

    @property
    def candidate_account(self) -> Account:
        assert self.candidate.account_id is not None
        account = db.session.get(Account, self.candidate.account_id)
        assert account is not None
        return account

    @property
    def lead(self) -> Account:
        return self.placement.institution.memberships[0].account

    @property
    def chair(self) -> Account:
        assert self.placement.call is not None
        account = db.session.get(Account, self.placement.call.commission[0].account_id)
        assert account is not None
        return account

    def applied(self) -> Pairing:
        return services.apply(
            self.candidate, self.placement, "I would like to.", actor_of(self.candidate_account), NOW
        )

    def do(self, pairing: Pairing, *acts: PairingAct, days: int = 0, **more: Any) -> Pairing:
        """Each act by the person whose it is, with a reason."""
        for act in acts:
            who = actor_of(getattr(self, WHOSE[act]))
            services.act(pairing, act, who, NOW + timedelta(days=days), "because", **more)
        return pairing

    def walked(self, *acts: PairingAct, **more: Any) -> Pairing:
        """An application, then these acts."""
        return self.do(self.applied(), *acts, **more)


A = PairingAct

WHOSE = {
    A.SAY_YES: "candidate_account",
    A.DECLINE: "candidate_account",
    A.APPEAL: "candidate_account",
    A.ANSWER: "candidate_account",
    A.ACCEPT: "candidate_account",
    A.DECLINE_OFFER: "candidate_account",
    A.WITHDRAW: "candidate_account",
    A.DISMISS: "lead",
    A.RECONSIDER: "lead",
    A.INVITE: "lead",
    A.NOMINATE: "lead",
    A.HOST_DECLINE: "lead",
    A.FIND_ELIGIBLE: "officer",
    A.FIND_INELIGIBLE: "officer",
    A.CONFIRM_INELIGIBLE: "officer",
    A.SEND_TO_COMMISSION: "officer",
    A.ASK_INFORMATION: "officer",
    A.OFFER: "officer",
    A.APPROVE: "chair",
    A.APPROVE_CONDITIONALLY: "chair",
    A.WAITLIST: "chair",
    A.REJECT: "chair",
}

TO_REVIEW = (A.FIND_ELIGIBLE, A.NOMINATE, A.SEND_TO_COMMISSION)
TO_OFFER = (*TO_REVIEW, A.APPROVE, A.OFFER)
TO_ACCEPTED = (*TO_OFFER, A.ACCEPT)


def mails_to(account: Account) -> list[OutboxMail]:
    """What was written to somebody, oldest first."""
    query = select(OutboxMail).where(OutboxMail.account_id == account.id)
    rows = list(db.session.scalars(query))
    return sorted(rows, key=lambda mail: mail.created_at)


def messages_to(account: Account) -> list[str]:
    return [mail.message for mail in mails_to(account)]
