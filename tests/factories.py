"""Records with sensible values; a test names only what it is about."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from diaspora.accounts.models import Account, StaffGrant
from diaspora.accounts.secrets import hash_password
from diaspora.extensions import db
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionKind, InstitutionState
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import Origin, PairingState
from diaspora.placements.models import Placement, WantedLanguage
from diaspora.placements.rules import PlacementState
from diaspora.platform import files
from diaspora.platform.access import Role
from diaspora.platform.files.cleaning import FileType
from diaspora.profiles.models import (
    Availability,
    Candidate,
    Consent,
    Degree,
    Document,
    Publication,
    SpokenLanguage,
)
from diaspora.profiles.rules import CandidateState, CareerStage, ConsentPurpose, DegreeLevel, DocumentKind
from diaspora.programmes.models import AllowanceRate, Call, CommissionMember, EligibilityRule, Programme
from diaspora.programmes.rules import CallKind, CallState, Mode, RateKind, RateUnit, RuleKind

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "three quiet rivers"
_PASSWORD_HASH = hash_password(PASSWORD)
_number = count(1)


T = TypeVar("T")


def save(record: T) -> T:
    db.session.add(record)
    db.session.commit()
    return record


def account(role: Role | None = None, **values: Any) -> Account:
    """Somebody with a confirmed address, and a staff role if one is named."""
    defaults = {"email": f"person{next(_number)}@example.org", "language": "en", "email_confirmed_at": NOW}
    made = save(Account(**{**defaults, "password_hash": _PASSWORD_HASH, "created_at": NOW, **values}))
    if role is not None:
        save(StaffGrant(account_id=made.id, role=role, granted_at=NOW))
    return made


def candidate(**values: Any) -> Candidate:
    """A complete profile on the roster, with consent and an account."""
    n = next(_number)
    consented = values.pop("consented", True)
    defaults: dict[str, Any] = {
        "state": CandidateState.ON_ROSTER,
        "on_roster_until": date(2029, 11, 1),
        "created_at": NOW,
        "given_name": f"Ana{n}",
        "family_name": "Munteanu",
        "birth_year": 1985,
        "country": "FR",
        "links_to_moldova": ["citizen"],
        "career_stage": CareerStage.RECOGNISED,
        "position": "Researcher",
        "employer": "Institute of soils",
        "employed_abroad": True,
        "years_abroad": 4,
        "fields": ["4.1"],
        "text_language": "en",
        "interests": "Soil erosion on vineyard slopes and how farmers can measure it.",
        "experience": "Ten years of field measurements of soil erosion.",
    }
    if "account_id" not in values:
        values["account_id"] = account().id
    made = Candidate(**{**defaults, **values})
    if not made.degrees:
        made.degrees = [Degree(level=DegreeLevel.DOCTORATE, subject="Soil science", country="FR", year=2014)]
    if not made.languages:
        made.languages = [
            SpokenLanguage(code="ro", level="native", position=0),
            SpokenLanguage(code="en", level="C1", position=1),
        ]
    if not made.availability:
        made.availability = [Availability(starts_on=date(2027, 5, 1), ends_on=date(2027, 8, 31))]
    if not made.publications:
        made.publications = [
            Publication(
                title="Measuring soil erosion", abstract="Erosion plots on slopes.", year=2020, language="en"
            )
        ]
    if consented:
        made.consents = [
            Consent(purpose=purpose, text_version="roster-1", given_at=NOW + later, source="test")
            for purpose, later in (
                (ConsentPurpose.ROSTER, timedelta()),
                (ConsentPurpose.MATCHING, timedelta(seconds=1)),
            )
        ]
    return save(made)


def document(candidate: Candidate, content: bytes = b"%PDF-1.7 a diploma", **values: Any) -> Document:
    """A document of this person, and its file."""
    n = next(_number)
    defaults = {"kind": DocumentKind.DIPLOMA, "name": f"diploma {n}.pdf", "key": f"documents/{uuid4()}.pdf"}
    made = Document(
        **{**defaults, "type": FileType.PDF, "size": len(content), "uploaded_at": NOW, **values},
        candidate_id=candidate.id,
    )
    files.put(made.key, content)
    return save(made)


def institution(**values: Any) -> Institution:
    """A verified university with a lead, found in `memberships[0].account`."""
    n = next(_number)
    lead = values.pop("lead", None) or account()
    defaults: dict[str, Any] = {
        "name": {"ro": f"Universitatea {n}", "ru": f"Университет {n}", "en": f"University {n}"},
        "kind": InstitutionKind.UNIVERSITY,
        "district": "MD-CU",
        "city": {"ro": "Chișinău", "ru": "Кишинёв", "en": "Chișinău"},
        "description": {"en": "A place to work."},
        "state": InstitutionState.VERIFIED,
        "verified_until": date(2028, 11, 1),
        "created_at": NOW,
    }
    made = Institution(**{**defaults, **values})
    made.memberships = [
        Membership(account_id=lead.id, role=Role.HOST_LEAD, given_name="Ion", family_name="Rusu", since=NOW)
    ]
    return save(made)


def call(**values: Any) -> Call:
    """An open rolling call for two weeks to a month, with rules, rates and a chair."""
    n = next(_number)
    chair = values.pop("chair", None) or account(Role.REVIEWER)
    programme = values.pop("programme", None) or Programme(
        name={"ro": "Revenire", "ru": "Возвращение", "en": "Return"}, description={"en": ""}, created_at=NOW
    )
    defaults: dict[str, Any] = {
        "code": f"call-{n}",
        "name": {"ro": f"Apel {n}", "ru": f"Конкурс {n}", "en": f"Call {n}"},
        "kind": CallKind.ROLLING,
        "state": CallState.OPEN,
        "opens_on": TODAY - timedelta(days=30),
        "deadline": date(2099, 5, 1),
        "modes": [m.value for m in Mode],
        "least_days": 7,
        "most_days": 180,
        "seats": 5,
        "budget": Decimal("500000.00"),
        "currency": "MDL",
        "created_at": NOW,
    }
    made = Call(programme=programme, **{**defaults, **values})
    made.eligibility = made.eligibility or [EligibilityRule(kind=RuleKind.LIVES_ABROAD, value={}, position=0)]
    made.rates = made.rates or [
        AllowanceRate(
            kind=RateKind.PER_DIEM,
            unit=RateUnit.DAY,
            amount=Decimal("900.00"),
            currency="MDL",
            source="test",
            valid_from=TODAY,
        )
    ]
    made.commission = [CommissionMember(account_id=chair.id, chair=True)]
    return save(made)


def placement(**values: Any) -> Placement:
    """A published post with complete terms of reference, in English."""
    if "institution" not in values:
        values["institution"] = institution()
    if "call" not in values:
        values["call"] = call()
    defaults: dict[str, Any] = {
        "state": PlacementState.PUBLISHED,
        "created_at": NOW,
        "published_at": NOW,
        "terms_version": 1,
        "language": "en",
        "title": f"Soil erosion map {next(_number)}",
        "summary": "A map of soil erosion for the district.",
        "tasks": "Measure soil erosion with the students.",
        "results": "A map and a method.",
        "transfer": "How to measure soil erosion.",
        "beneficiaries": "Agronomists of the district.",
        "required_profile": "A doctorate in soil science.",
        "desired_profile": "Experience with vineyards.",
        "fields": ["4.1"],
        "starts_on": date(2099, 5, 1),
        "ends_on": date(2099, 9, 30),
        "length_days": 14,
        "mode": Mode.ON_SITE,
        "seats": 1,
        "district": "MD-CU",
        "supervisor_name": "Maria Ceban",
        "supervisor_position": "Head of chair",
        "supervisor_email": "maria.ceban@example.org",
        "counterpart_name": "Petru Lungu",
        "counterpart_position": "Assistant",
        "closes_on": date(2099, 3, 1),
    }
    made = Placement(**{**defaults, **values})
    made.languages = made.languages or [WantedLanguage(code="ro", level="B2", required=True)]
    return save(made)


def pairing(**values: Any) -> Pairing:
    """An application that an officer has not looked at yet."""
    values.setdefault("candidate", None)
    values["candidate"] = values["candidate"] or candidate()
    values["placement"] = values.get("placement") or placement()
    defaults: dict[str, Any] = {
        "terms_version": 1,
        "origin": Origin.CANDIDATE,
        "state": PairingState.APPLIED,
        "created_at": NOW,
        "changed_at": NOW,
    }
    return save(Pairing(**{**defaults, **values}))
