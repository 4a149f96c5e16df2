"""Real comparisons as import files: 212 target texts with, for each, two people and the papers they wrote.

    python -m benchmarks.people ../shared/matching-dev/people.json FOLDER

writes FOLDER/profiles.json (424 candidates) and FOLDER/placements.json (212 placements) in the formats of
docs/imports.md, imports both into an empty SQLite database in FOLDER and counts the suggestions. The set is
for measuring only and is no part of the product; without it there is nothing to run.
"""

import argparse
import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, select

from diaspora import create_app
from diaspora.accounts.services import create_account, grant_role
from diaspora.demonstration import calls
from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionKind, InstitutionState
from diaspora.matching import services as matching
from diaspora.matching.models import Suggestion
from diaspora.placements.services import import_placements
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Actor, Role
from diaspora.profiles.services import import_profiles
from diaspora.settings import Settings

SOURCE = "people"
DEGREE = {"level": "doctorate", "subject": "Computer science", "institution": "", "country": "", "year": None}
UNSTATED = "Not stated in the source of this comparison."


def profiles(comparisons: list[dict[str, Any]], today: date) -> dict[str, Any]:
    """Two candidates a comparison; what the set does not say is filled so that the profile is complete."""
    return {
        "format": "diaspora-profiles/1",
        "source": SOURCE,
        "profiles": [
            _profile(f"{n:03}-{side}", comparison[side]["papers"], today)
            for n, comparison in enumerate(comparisons)
            for side in ("positive", "negative")
        ],
    }


def _profile(name: str, papers: list[dict[str, Any]], today: date) -> dict[str, Any]:
    return {
        "external_id": name,
        "email": f"{name}@example.org",
        "given_name": "Person",
        "family_name": name,
        "birth_year": None,
        "country": "FR",
        "links_to_moldova": ["citizen"],
        "career_stage": "recognised",
        "position": "",
        "employer": "",
        "employed_abroad": True,
        "years_abroad": None,
        "degrees": [DEGREE],
        "fields": ["1.2"],
        "languages": [{"code": "en", "level": "C1"}],
        "availability": [],
        "interests": UNSTATED,
        "text_language": "en",
        "experience": "",
        "orcid": None,
        "publications": [
            {
                "title": _line(p["title"]),
                "abstract": p["abstract"],
                "language": "en",
                "year": None,
                "doi": None,
            }
            for p in papers
        ],
        "consent": {"text_version": "roster-1", "given_on": today.isoformat(), "source": "benchmark"},
    }


def placements(comparisons: list[dict[str, Any]], today: date) -> dict[str, Any]:
    """One placement a comparison, whose summary is the target's abstract."""
    return {
        "format": "diaspora-placements/1",
        "source": SOURCE,
        "placements": [_placement(f"{n:03}", c["target"], today) for n, c in enumerate(comparisons)],
    }


def _placement(name: str, target: dict[str, Any], today: date) -> dict[str, Any]:
    return {
        "external_id": name,
        "institution": "host",
        "call": "scientists-2027",
        "title": _line(target["title"]),
        "language": "en",
        "summary": target["abstract"],
        **dict.fromkeys(
            ("tasks", "results", "transfer", "beneficiaries", "required_profile", "desired_profile"), UNSTATED
        ),
        "fields": ["1.2"],
        "languages": [{"code": "en", "level": "B2", "required": True}],
        "starts_on": (today + timedelta(200)).isoformat(),
        "ends_on": (today + timedelta(260)).isoformat(),
        "length_days": 14,
        "mode": "on_site",
        "seats": 1,
        "district": "MD-CU",
        "supervisor": {"name": "Supervisor", "position": "Researcher", "email": "supervisor@example.org"},
        "counterpart": {"name": "Counterpart", "position": "Researcher"},
        "closes_on": (today + timedelta(100)).isoformat(),
    }


def _line(text: str) -> str:
    return " ".join(text.split())[:200] or "Untitled"


def run(source: Path, folder: Path) -> dict[str, int]:
    """Write the files, import them, match; the counts."""
    comparisons = json.loads(source.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(Settings(data_folder=folder, database_url="", demonstration=False))
    with app.app_context():
        upgrade()
        now = clock.now()
        today = clock.local_day(now)
        files = {"profiles": profiles(comparisons, today), "placements": placements(comparisons, today)}
        for name, content in files.items():
            (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        officer = _prepare()
        people = import_profiles(files["profiles"], SYSTEM, now, admit_as=officer)
        posts = import_placements(files["placements"], SYSTEM, now, publish_as=officer)
        db.session.commit()
        matching.refit(now)
        db.session.commit()
        return {
            "candidates": len(people.created),
            "placements": len(posts.created),
            "refused": len(people.refused) + len(posts.refused),
            "suggestions": _count(Suggestion.id),
            "candidates_with_suggestions": _count(Suggestion.candidate_id),
            "placements_with_suggestions": _count(Suggestion.placement_id),
        }


def _count(column: Any) -> int:
    return db.session.scalar(select(func.count(column.distinct()))) or 0


def _prepare() -> Actor:
    """An officer, a host and the calls, which the imported placements refer to."""
    now = clock.now()
    account = create_account("officer@example.org", "a password for a benchmark", "en", SYSTEM, now)
    chair = create_account("chair@example.org", "a password for a benchmark", "en", SYSTEM, now)
    grant_role(account, Role.OFFICER, SYSTEM, now)
    grant_role(chair, Role.REVIEWER, SYSTEM, now)
    db.session.add(
        Institution(
            source=SOURCE,
            external_id="host",
            name={"en": "Host"},
            kind=InstitutionKind.UNIVERSITY,
            district="MD-CU",
            city={"en": "Chișinău"},
            description={"en": ""},
            state=InstitutionState.VERIFIED,
            verified_until=clock.local_day(now) + timedelta(days=365),
            created_at=now,
        )
    )
    calls.load(now, clock.local_day(now), chair.id)
    return Actor(account.id, frozenset({Role.OFFICER}))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    if not options.source.exists():
        raise SystemExit(f"{options.source} is not here: the comparisons are not part of this repository")
    begun = time.process_time()
    for name, number in run(options.source, options.folder).items():
        print(f"{name:30}{number:>8}")
    print(f"{'CPU seconds':30}{time.process_time() - begun:>8.1f}")


if __name__ == "__main__":
    main()
