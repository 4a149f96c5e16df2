"""Who is told what after an act, each in their own language. Names and reasons stay on the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from diaspora.accounts import queries as accounts
from diaspora.accounts.models import Account
from diaspora.institutions import queries as institutions
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingAct, PairingState
from diaspora.platform.access import Actor
from diaspora.platform.clock import local_day
from diaspora.platform.mail.services import link, post
from diaspora.profiles import queries as profiles

_A = PairingAct


@dataclass(frozen=True)
class News:
    """A message (a folder of templates/mail) and whether it goes to the candidate and to the leads."""

    message: str
    candidate: bool = False
    leads: bool = False


NEWS: dict[PairingAct, News] = {
    _A.INVITE: News("pairing_invited", candidate=True),
    _A.APPLY: News("pairing_applied", leads=True),
    _A.SAY_YES: News("pairing_applied", leads=True),
    _A.DECLINE: News("pairing_withdrawn", leads=True),
    _A.FIND_ELIGIBLE: News("pairing_eligible", candidate=True, leads=True),
    _A.FIND_INELIGIBLE: News("pairing_ineligible", candidate=True),
    _A.CONFIRM_INELIGIBLE: News("pairing_ineligible", candidate=True),
    _A.NOMINATE: News("pairing_nominated", candidate=True),
    _A.HOST_DECLINE: News("pairing_decided", candidate=True),
    _A.ASK_INFORMATION: News("pairing_asked", candidate=True),
    _A.APPROVE: News("pairing_decided", candidate=True, leads=True),
    _A.APPROVE_CONDITIONALLY: News("pairing_decided", candidate=True, leads=True),
    _A.WAITLIST: News("pairing_decided", candidate=True, leads=True),
    _A.REJECT: News("pairing_decided", candidate=True, leads=True),
    _A.OFFER: News("pairing_offered", candidate=True),
    _A.DECLINE_OFFER: News("pairing_withdrawn", leads=True),
    _A.EXPIRE_OFFER: News("pairing_withdrawn", candidate=True, leads=True),
    _A.WITHDRAW: News("pairing_withdrawn", candidate=True, leads=True),
}
"""Acts that are not here are read on the page. Acceptance is told by the assignment that it makes."""


def tell(pairing: Pairing, act: PairingAct, actor: Actor, now: datetime, silent: bool = False) -> None:
    """Mail everybody whom this act concerns, except who did it. `silent` leaves the candidate out."""
    candidates, leads = readers(pairing, act, actor, silent)
    if candidates:
        _post(NEWS[act].message, pairing, candidates, now, to_candidate=True)
    if leads:
        _post(NEWS[act].message, pairing, leads, now, to_candidate=False)


def readers(
    pairing: Pairing, act: PairingAct, actor: Actor, silent: bool = False
) -> tuple[list[Account], list[Account]]:
    """Whom an act is told: the candidate, and the leads of the institution."""
    news = NEWS.get(act)
    told = candidate_account(pairing) if news and news.candidate and not silent else []
    # a suspended institution sees nothing of its shortlists, and so it is told nothing either
    suspended = pairing.placement.institution.state is InstitutionState.SUSPENDED
    leads = institutions.lead_accounts(pairing.placement.institution_id)
    heads = leads if news and news.leads and not suspended else []
    # from whom the candidate hides, the candidature has vanished: they are told nothing of it
    out = {actor.account_id, pairing.candidate.account_id}
    out |= profiles.accounts_hidden_from(pairing.candidate_id) if heads else set()
    return (
        [account for account in told if account.id != actor.account_id],
        [account for account in heads if account.id not in out],
    )


def candidate_account(pairing: Pairing) -> list[Account]:
    """The candidate's account, if the profile has been claimed and the account is open."""
    found = accounts.account(pairing.candidate.account_id) if pairing.candidate.account_id else None
    return [found] if found and found.closed_at is None else []


def tell_of_new_terms(pairing: Pairing, now: datetime) -> None:
    """Mail the candidate that the post was edited, with the way to both versions."""
    _post("pairing_terms_changed", pairing, candidate_account(pairing), now, to_candidate=True)


def tell_of_suspension(institution: Institution, in_contact: Iterable[Pairing], now: datetime) -> None:
    """Mail each of these candidates what a suspension means for them; why it was made is not told."""
    for pairing in in_contact:
        stays = pairing.state is PairingState.ACCEPTED and (pairing.ends_on or date.min) >= local_day(now)
        for reader in candidate_account(pairing):
            post(
                "pairing_host_suspended", reader.email, reader.language, now, reader.id,
                institution=institution.name,
                state="stay" if stays else "",
                url=link("home.front", reader.language),
            )  # fmt: skip


def _post(
    message: str,
    pairing: Pairing,
    readers: Iterable[Account],
    now: datetime,
    to_candidate: bool,
) -> None:
    for reader in readers:
        post(
            message, reader.email, reader.language, now, reader.id,
            to_candidate=to_candidate,
            state=pairing.state,
            title=pairing.placement.title,
            title_language=pairing.placement.language,
            institution=pairing.placement.institution.name,
            starts_on=pairing.starts_on,
            ends_on=pairing.ends_on,
            until=pairing.offered_until,
            url=link("pairings.show", reader.language, pairing_id=pairing.id),
            report_url=link(
                "concerns.report", reader.language, placement_id=pairing.placement_id, about="invitation"
            ),
        )  # fmt: skip
