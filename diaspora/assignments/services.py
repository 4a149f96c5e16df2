"""What changes about assignments."""

import hashlib
from datetime import datetime
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from diaspora.accounts import queries as accounts
from diaspora.accounts.models import Account
from diaspora.assignments import letters, policy, queries
from diaspora.assignments.models import Assignment, Letter
from diaspora.assignments.rules import LetterKind
from diaspora.extensions import db
from diaspora.institutions import queries as institutions
from diaspora.pairings.models import Pairing
from diaspora.platform import audit, files
from diaspora.platform.access import Actor
from diaspora.platform.clock import local_day
from diaspora.platform.languages import DEFAULT
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused
from diaspora.programmes import queries as programmes

NUMBER_TRIES = 5


def make(pairing: Pairing, actor: Actor, now: datetime) -> Assignment:
    """An accepted pairing becomes an assignment with its letter of invitation. Again is the same as once.

    Raises Refused where it has no dates or no money is reserved for it.
    """
    known = queries.of_pairing(pairing.id)
    if known is not None:
        return known
    commitment = programmes.commitment_of(pairing.id)
    if pairing.starts_on is None or pairing.ends_on is None:
        raise Refused(_l("The offer has no dates. Ask the programme for a new one."))
    if commitment is None or commitment.released_at is not None:
        raise Refused(_l("No money is reserved for this stay any more. Ask the programme."))
    assignment = Assignment(
        pairing=pairing,
        starts_on=pairing.starts_on,
        ends_on=pairing.ends_on,
        committed=commitment.amount,
        currency=commitment.currency,
        created_at=now,
    )
    db.session.add(assignment)
    db.session.flush()
    audit.record("assignment.made", actor, now, assignment, pairing=str(pairing.id))
    _issue(assignment, actor, now)
    _tell_both_sides(assignment, now)
    return assignment


def issue_invitation(assignment: Assignment, actor: Actor, now: datetime) -> Letter:
    """Issue the letter of invitation anew, with a number of its own. Raises Refused."""
    if not policy.may_issue(actor, assignment):
        raise Refused(_l("Another person has to do this."))
    return _issue(assignment, actor, now)


def _issue(assignment: Assignment, actor: Actor, now: datetime) -> Letter:
    language = language_of(assignment)
    letter = _numbered(assignment, language, now)
    content = letters.invitation(assignment, letter.number, language, now)
    letter.sha256 = hashlib.sha256(content).hexdigest()
    files.put(letter.file_key, content)
    db.session.flush()
    audit.record(
        "letter.issued", actor, now, letter,
        number=letter.number, assignment=str(assignment.id), sha256=letter.sha256,
    )  # fmt: skip
    return letter


def language_of(assignment: Assignment) -> str:
    """The language of the candidate's account."""
    found = _candidate_account(assignment)
    return found.language if found else DEFAULT


def _numbered(assignment: Assignment, language: str, now: datetime) -> Letter:
    """A letter with the next free number of the year, such as MD-2026-00017.

    Where another one takes the number at the same moment, the unique constraint says so, and the next
    number is tried.
    """
    year = local_day(now).year
    for attempt in range(NUMBER_TRIES):
        letter_id = uuid4()
        letter = Letter(
            id=letter_id,
            assignment_id=assignment.id,
            kind=LetterKind.INVITATION,
            number=f"MD-{year}-{queries.last_number(year) + 1:05d}",
            language=language,
            issued_at=now,
            file_key=f"letters/{letter_id}.pdf",
            sha256="",
        )
        try:
            with db.session.begin_nested():
                db.session.add(letter)
                db.session.flush()
        except IntegrityError:
            if attempt == NUMBER_TRIES - 1:
                raise
        else:
            db.session.expire(assignment, ["letters"])
            return letter
    raise AssertionError("the loop returns or raises")


def _candidate_account(assignment: Assignment) -> Account | None:
    account_id = assignment.pairing.candidate.account_id
    return accounts.account(account_id) if account_id else None


def _tell_both_sides(assignment: Assignment, now: datetime) -> None:
    placement, candidate = assignment.pairing.placement, _candidate_account(assignment)
    readers = {reader.id: reader for reader in institutions.lead_accounts(placement.institution_id)}
    if candidate is not None and candidate.closed_at is None:
        readers[candidate.id] = candidate
    for reader in readers.values():
        post(
            "assignment_made", reader.email, reader.language, now, reader.id,
            to_candidate=reader is candidate,
            title=placement.title,
            title_language=placement.language,
            institution=placement.institution.name,
            starts_on=assignment.starts_on,
            ends_on=assignment.ends_on,
            url=link("assignments.show", reader.language, assignment_id=assignment.id),
        )  # fmt: skip
