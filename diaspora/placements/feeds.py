"""What programs read about open posts: a calendar of deadlines, and schema.org's description of one post."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from icalendar import Calendar, Event

from diaspora import SITE_NAME
from diaspora.placements.models import Placement
from diaspora.platform import reference
from diaspora.platform.clock import LOCAL
from diaspora.platform.languages import language_of, localised
from diaspora.platform.mail.services import link
from diaspora.programmes.rules import Mode

MOST_ENTRIES = 100
"""A feed is for news: what is older than this many posts stands in the list."""


def changed_at(placement: Placement) -> datetime:
    """When the public could first read what it reads now."""
    moments = (placement.published_at, placement.edited_at)
    return max((moment for moment in moments if moment), default=placement.created_at)


def calendar(placements: Iterable[Placement], name: str, language: str) -> bytes:
    """Last days for applications, as whole days, each with the address of its post."""
    made = Calendar()
    made.add("prodid", f"-//{SITE_NAME}//deadlines//{language.upper()}")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for placement in placements:
        if placement.closes_on:
            made.add_component(_deadline(placement, placement.closes_on, language))
    return made.to_ical()


def _deadline(placement: Placement, last: date, language: str) -> Event:
    event = Event()
    # a reader that fetches again must see the same event, changed or not: nothing here is of this moment
    event.add("uid", str(placement.id))
    event.add("dtstamp", changed_at(placement))
    event.add("dtstart", last)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", _("Last day to apply: %(title)s", title=placement.title))
    event.add("description", localised(placement.institution.name))
    event.add("url", link("placements.show", language, placement_id=placement.id))
    event.add("transp", "TRANSPARENT")
    return event


def job_posting(placement: Placement, language: str) -> dict[str, Any]:
    """JSON-LD for search engines; only what is written on the page, and only what is true."""
    host = placement.institution
    organization: dict[str, Any] = {
        "@type": "Organization",
        "name": host.name.get(placement.language) or localised(host.name),
    }
    if host.website:
        organization["sameAs"] = host.website
    parts = (placement.summary, placement.tasks, placement.results, placement.transfer)
    posting: dict[str, Any] = {
        # the second entry says which language the texts are in
        "@context": ["https://schema.org", {"@language": placement.language}],
        "@type": "JobPosting",
        "title": placement.title,
        "description": "\n\n".join(part for part in parts if part),
        "identifier": {"@type": "PropertyValue", "name": SITE_NAME, "value": str(placement.id)},
        "url": link("placements.show", language, placement_id=placement.id),
        "datePosted": (placement.published_at or placement.created_at).astimezone(LOCAL).date().isoformat(),
        "employmentType": "TEMPORARY",
        "directApply": True,
        "hiringOrganization": organization,
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressCountry": "MD",
                "addressRegion": reference.district_name(placement.district),
                "addressLocality": host.city.get(language_of(host.city), ""),
            },
        },
        "totalJobOpenings": placement.seats,
        "qualifications": placement.required_profile,
        "responsibilities": placement.tasks,
    }
    if placement.closes_on:
        last = datetime.combine(placement.closes_on, time(23, 59, 59), LOCAL)
        posting["validThrough"] = last.isoformat()
    if placement.starts_on:
        posting["jobStartDate"] = placement.starts_on.isoformat()
    if placement.mode is Mode.ONLINE:
        posting["jobLocationType"] = "TELECOMMUTE"
    return posting
