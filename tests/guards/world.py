"""One of everything, as somebody sees it: their own records, another's, those hidden from them, none."""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select

from diaspora.accounts.models import Account, SignInSession, StaffGrant
from diaspora.accounts.second_factor_models import LostFactors, Passkey
from diaspora.assignments.models import Assignment, Letter
from diaspora.assignments.rules import LetterKind
from diaspora.concerns.models import Concern
from diaspora.concerns.rules import ConcernKind
from diaspora.extensions import db
from diaspora.institutions.models import Institution, MemberInvitation
from diaspora.institutions.rules import InstitutionState
from diaspora.matching.models import GlossaryEntry, MatcherRun, Suggestion
from diaspora.pairings.models import Pairing, PairingStep
from diaspora.pairings.rules import PairingAct, PairingState
from diaspora.placements.models import Placement, TermsVersion
from diaspora.placements.rules import PlacementState
from diaspora.platform import files
from diaspora.platform.access import HOST_ROLES, STAFF_ROLES, Role
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.mail.rules import MailProblem
from diaspora.profiles.models import Candidate, Disclosure, Document, HiddenFrom
from diaspora.profiles.rules import CandidateState, DisclosureReason
from diaspora.programmes.models import CommissionMember
from diaspora.rights.models import DataCopy, RightsRequest
from diaspora.rights.rules import RequestKind, RequestState
from tests import factories
from tests.factories import NOW

VIEWERS = [
    Role.ANYONE, Role.MEMBER, Role.CANDIDATE, Role.HOST_EDITOR, Role.HOST_LEAD, Role.OFFICER,
    Role.REVIEWER, Role.CHAIR, Role.FINANCE, Role.CONTENT_EDITOR, Role.DATA_PROTECTION, Role.ADMIN,
]  # fmt: skip

REASONS = {
    "parts": {"text": 0.5, "fields": 1.0, "languages": 1.0, "dates": 1.0},
    "text_score": 0.5, "terms": [["soil", "soil", 0.3, 1], ["erosion", "erosion", 0.2, 1]],
    "items": [["interests", "", 0.5]], "missing": [["map", 0.1]], "thin": False,
    "fields": {"fit": "same", "codes": ["4.1"]}, "languages": [],
    "dates": {"fit": "fits", "days": 100, "starts_on": None, "ends_on": None, "length_days": 14},
}  # fmt: skip


PDF = b"%PDF-1.7"


class Whose(enum.StrEnum):
    """How an object stands to the viewer."""

    OWN = "own"
    FOREIGN = "foreign"
    HIDDEN = "hidden"
    MISSING = "missing"


Ids = dict[str, UUID]
"""Ids by the names that addresses give them."""


@dataclass
class World:
    """The records, and by whose they are, what an address can name."""

    role: Role
    viewer: Account | None
    home: Institution
    ids: dict[Whose, Ids] = field(default_factory=dict)


def world_of(role: Role) -> World:
    """A world in which somebody of this role has records of their own."""
    viewer = None if role is Role.ANYONE else factories.account(_granted(role))
    host = factories.institution(lead=viewer if role in HOST_ROLES else None)
    if role in HOST_ROLES:
        host.memberships[0].role = role
    call = factories.call(chair=viewer if role is Role.CHAIR else None)
    if role is Role.REVIEWER and viewer is not None:
        call.commission.append(CommissionMember(account_id=viewer.id, chair=False))
    person = factories.candidate(account_id=viewer.id) if role is Role.CANDIDATE and viewer else None
    person = person or factories.candidate()
    world = World(role, viewer, host)
    post = factories.placement(institution=host, call=call)
    world.ids[Whose.OWN] = _around(person, post)
    other = factories.placement()
    world.ids[Whose.FOREIGN] = _around(factories.candidate(), other)
    world.ids[Whose.HIDDEN] = _hidden(world, person, post, other)
    mine, stranger = viewer or factories.account(), factories.account()
    world.ids[Whose.OWN] |= _ways_in(mine, lost_by=stranger)
    world.ids[Whose.FOREIGN] |= _ways_in(stranger, lost_by=factories.account())
    # of one's own: a session that has ended, and the request that only others may decide
    world.ids[Whose.HIDDEN] |= _ways_in(stranger, lost_by=mine) | {"session_id": _session(mine, NOW).id}
    world.ids[Whose.OWN] |= _kept_about(mine)
    world.ids[Whose.FOREIGN] |= _kept_about(stranger)
    world.ids[Whose.HIDDEN] |= _kept_about(mine, over=True)
    world.ids[Whose.MISSING] = {name: uuid4() for name in world.ids[Whose.OWN]}
    db.session.commit()
    return world


def _granted(role: Role) -> Role | None:
    if role is Role.CHAIR:
        return Role.REVIEWER
    return role if role in STAFF_ROLES else None


def _ways_in(account: Account, lost_by: Account) -> Ids:
    """A session and a passkey of somebody, and somebody's request to have lost factors removed."""
    passkey = Passkey(
        account_id=account.id, name="Key", credential_id=str(uuid4()), public_key="", sign_count=0,
        created_at=NOW,
    )  # fmt: skip
    loss = LostFactors(account_id=lost_by.id, requested_at=NOW)
    return {
        "session_id": _session(account).id,
        "passkey_id": factories.save(passkey).id,
        "loss_id": factories.save(loss).id,
    }


def _session(account: Account, ended_at: datetime | None = None) -> SignInSession:
    return factories.save(
        SignInSession(
            account_id=account.id, token_hash=str(uuid4()), started_at=NOW, last_seen_at=NOW,
            ended_at=ended_at,
        )
    )  # fmt: skip


def _kept_about(account: Account, over: bool = False) -> Ids:
    """Somebody's staff role, a mail to them that did not arrive, a copy of their data and a request.

    `over`: the role has ended, the mail is settled, the copy's week is past and the request answered.
    """
    # whoever has a staff role shows that one; an ended one may be any
    held = None if over else db.session.scalar(select(StaffGrant).where(StaffGrant.account_id == account.id))
    grant = held or StaffGrant(
        account_id=factories.account().id, role=Role.FINANCE, granted_at=NOW, revoked_at=NOW if over else None
    )
    mail = OutboxMail(
        account_id=account.id, address=account.email, message="role_ended", language="en", subject="",
        text="", html="", created_at=NOW, problem=MailProblem.BOUNCED, problem_at=NOW,
        settled_at=NOW if over else None,
    )  # fmt: skip
    copy = DataCopy(
        account_id=account.id, asked_at=NOW, ready_at=NOW, file_key=f"copies/{uuid4()}.zip",
        expires_at=NOW if over else NOW.replace(year=2099),
    )  # fmt: skip
    files.put(copy.file_key, b"PK")
    asked = RightsRequest(
        account_id=account.id, kind=RequestKind.OTHER, text="Who read it?", created_at=NOW,
        due_on=NOW.date(), state=RequestState.ANSWERED if over else RequestState.OPEN,
    )  # fmt: skip
    return {
        "grant_id": factories.save(grant).id,
        "mail_id": factories.save(mail).id,
        "copy_id": factories.save(copy).id,
        "request_id": factories.save(asked).id,
    }


def _about_host(post: Placement) -> Ids:
    """Who acts for the institution of a post, who is asked to, and what somebody reported about the post."""
    invited = MemberInvitation(
        institution_id=post.institution_id, email=f"{uuid4()}@example.org", role=Role.HOST_EDITOR,
        language="en", invited_at=NOW, times_sent=1, expires_at=NOW.replace(year=2099),
    )  # fmt: skip
    concern = Concern(
        placement_id=post.id, terms_version=1, invitation=False, kind=ConcernKind.OTHER, text="Is it true?",
        language="en", created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    return {
        "membership_id": post.institution.memberships[0].id,
        "invitation_id": factories.save(invited).id,
        "concern_id": factories.save(concern).id,
    }


def _around(person: Candidate, post: Placement) -> Ids:
    """A stay that came of this pair, a suggestion of it, a candidate who is being considered for the post."""
    post.versions = [TermsVersion(number=1, content={"title": post.title}, since=NOW)]
    pairing = accepted(person, post)
    stay = stay_of(pairing)
    considered = factories.candidate()
    factories.pairing(candidate=considered, placement=post, state=PairingState.SHORTLISTED)
    term = factories.save(GlossaryEntry(en=f"term {uuid4()}", ro="termen", ru="", added_at=NOW))
    return _about_host(post) | {
        "institution_id": post.institution_id,
        "placement_id": post.id,
        "call_id": post.call_id or uuid4(),
        "programme_id": post.call.programme_id if post.call else uuid4(),
        "rate_id": post.call.rates[0].id if post.call else uuid4(),
        "candidate_id": considered.id,
        "pairing_id": pairing.id,
        "assignment_id": stay.id,
        "letter_id": stay.letters[0].id,
        "document_id": known_document(person, post.institution_id).id,
        "publication_id": person.publications[0].id,
        "item_id": person.publications[0].id,
        "suggestion_id": suggested(person, post).id,
        "entry_id": term.id,
    }


def _hidden(world: World, person: Candidate, post: Placement, other: Placement) -> Ids:
    """What is there and nobody's business: who hides, drafts, what is suspended, parts of another's."""
    shy = factories.candidate()
    hidden = factories.save(HiddenFrom(candidate_id=shy.id, institution_id=world.home.id, since=NOW))
    closed = factories.pairing(candidate=shy, placement=post, state=PairingState.WITHDRAWN, closed_at=NOW)
    if world.role is Role.CANDIDATE:
        closed = factories.pairing(candidate=person, placement=other, state=PairingState.SHORTLISTED)
    draft = factories.candidate(state=CandidateState.DRAFT, account_id=None)
    suspended = factories.institution(state=InstitutionState.SUSPENDED)
    over = accepted(shy, post)
    over.starts_on, over.ends_on = date(2020, 5, 1), date(2020, 5, 14)
    past = stay_of(over)
    unseen = factories.placement(institution=suspended, state=PlacementState.DRAFT, terms_version=0)
    return _about_host(unseen) | {
        "institution_id": suspended.id,
        "placement_id": unseen.id,
        "call_id": post.call_id or uuid4(),
        "programme_id": uuid4(),
        "rate_id": other.call.rates[0].id if other.call else uuid4(),
        "candidate_id": draft.id if world.role is Role.OFFICER else hidden.candidate_id,
        "pairing_id": closed.id,
        "assignment_id": past.id,
        "letter_id": past.letters[0].id,
        "document_id": factories.document(draft if world.role is Role.OFFICER else shy).id,
        "publication_id": shy.publications[0].id,
        "item_id": shy.publications[0].id,
        "suggestion_id": suggested(shy, post).id,
        "entry_id": uuid4(),
    }


def accepted(person: Candidate, post: Placement) -> Pairing:
    """A pairing at its happy end."""
    made = factories.pairing(
        candidate=person, placement=post, state=PairingState.ACCEPTED, closed_at=NOW,
        starts_on=date(2099, 5, 1), ends_on=date(2099, 5, 14), motivation="Gladly.",
    )  # fmt: skip
    made.steps = [
        PairingStep(
            number=1, act=PairingAct.APPLY, state=PairingState.APPLIED, at=NOW, role=Role.CANDIDATE, reason=""
        )
    ]
    return factories.save(made)


def stay_of(pairing: Pairing) -> Assignment:
    """The stay that a pairing became, with a letter."""
    assert pairing.starts_on is not None
    assert pairing.ends_on is not None
    stay = Assignment(
        pairing=pairing, starts_on=pairing.starts_on, ends_on=pairing.ends_on,
        committed=Decimal("900.00"), currency="MDL", created_at=NOW,
    )  # fmt: skip
    key = f"letters/{uuid4()}.pdf"
    files.put(key, PDF)
    stay.letters = [
        Letter(
            kind=LetterKind.INVITATION, number=f"MD-{uuid4()}", language="en", issued_at=NOW, file_key=key,
            sha256=sha256(PDF).hexdigest(),
        )
    ]  # fmt: skip
    return factories.save(stay)


def known_document(person: Candidate, institution_id: UUID) -> Document:
    """A document of somebody whose name this institution may know."""
    factories.save(
        Disclosure(
            candidate_id=person.id, institution_id=institution_id, reason=DisclosureReason.CONSENT, since=NOW
        )
    )
    return factories.document(person)


def suggested(person: Candidate, post: Placement) -> Suggestion:
    """The matcher's word that these two fit."""
    run = MatcherRun(
        started_at=NOW, finished_at=NOW, engine="test", settings={}, corpus_hash="",
        profiles=1, placements=1, suggestions=1,
    )  # fmt: skip
    factories.save(run)
    return factories.save(
        Suggestion(
            run_id=run.id, candidate_id=person.id, placement_id=post.id, score=0.5,
            rank_for_candidate=1, rank_for_placement=1, reasons=REASONS,
        )
    )  # fmt: skip
