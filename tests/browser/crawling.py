"""Which pages the site has and who sees them: found by following links, so that no page is listed by hand."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO
from itertools import islice, product
from urllib.parse import urlencode, urljoin, urlsplit

import pikepdf
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from diaspora.accounts import queries as accounts
from diaspora.accounts import second_factor_queries as factors
from diaspora.accounts import services as account_services
from diaspora.accounts.models import Account
from diaspora.accounts.rules import LinkPurpose
from diaspora.accounts.second_factor_models import Passkey
from diaspora.accounts.sessions import HALF
from diaspora.demonstration.services import PASSWORD
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Actor, Role
from diaspora.platform.files.cleaning import FileType
from diaspora.platform.files.uploads import Upload
from diaspora.platform.languages import speaking
from diaspora.profiles import documents
from diaspora.profiles import queries as candidates
from diaspora.profiles import services as profiles
from diaspora.profiles.importing import mail_claim
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState, DocumentKind
from diaspora.rights import services as rights

HALFWAY = "halfway@example.org"
A_WALK = timedelta(days=1)
"""Longer than any walk: what lasts ten minutes elsewhere lasts so long for those who walk."""

ROLES: dict[str, str | None] = {
    "visitor": None,
    "newcomer": "newcomer@example.org",
    "beginner": "beginner@example.org",
    "scientist": "scientist@example.org",
    "graduate": "graduate@example.org",
    "institution": "institution@example.org",
    "officer": "officer@example.org",
    "second-officer": "second.officer@example.org",
    "reviewer": "reviewer@example.org",
    "finance": "finance@example.org",
    "admin": "admin@example.org",
    "data-protection": "data.protection@example.org",
    "guarded": "guarded@example.org",
    "halfway": HALFWAY,
}
"""Who walks. A newcomer has an account and nothing else, a beginner an empty profile; somebody guarded has a
passkey and sets up an app, somebody halfway has given the password and not yet the second step."""

NOT_PAGES = {
    "static": "files, asked for by the pages",
    "bootstrap.static": "files, asked for by the pages",
    "broken": "the suite's own way to the error pages, which are walked by their codes",
}
"""Endpoints that the walk need not reach, each with the reason; all others must be reached by some role."""

MAILED = "demonstration.mails"
"""Its links are for whoever got the mail: that one is refused to others is right."""

ERRORS = (400, 403, 404, 405, 413, 429, 500)
LANGUAGE = "en"
GUESSES = 40


@dataclass(frozen=True)
class Page:
    """One address, without its language, as one role sees it; `number` counts the examples of an endpoint."""

    endpoint: str
    path: str
    number: int = 1
    status: int = 200

    @property
    def name(self) -> str:
        """For files: the endpoint, and which example of it."""
        return self.endpoint if self.number == 1 else f"{self.endpoint}-{self.number}"


class Reader(HTMLParser):
    """What the crawl wants to know of a page: where its links lead, and what kinds of things stand on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.things: set[str] = set()
        self.in_heading = False
        self.asking: dict[str, str] | None = None
        self.action = self.choice = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of links, of classes and of what can be sent."""
        found = dict(attrs)
        if tag == "a" or (tag == "link" and found.get("rel") == "alternate"):
            self.links.append(found.get("href") or "")
        if tag in {"dialog", "details", "table", "svg"}:
            self.things.add(tag)
        self.in_heading = tag == "h2"
        if tag == "form":
            self.action = found.get("action") or ""
            self.asking = {} if found.get("method", "get") == "get" else None
            # which act it is, not whose
            self.things.add(self.action.rsplit("/", 1)[-1])
        self._ask(tag, found)
        self.things.update((found.get("class") or "").split())

    def _ask(self, tag: str, found: Mapping[str, str | None]) -> None:
        """A form that only asks is a link, too: with the first of each thing that it lets one choose."""
        if tag == "select":
            self.choice = found.get("name") or ""
        chosen = tag == "input" and found.get("type") in {"checkbox", "radio", "hidden"}
        name = self.choice if tag == "option" else found.get("name") if chosen or tag == "button" else ""
        if self.asking is not None and name and found.get("value"):
            self.asking.setdefault(name, found["value"] or "")

    def handle_endtag(self, tag: str) -> None:
        """At the end of a form it is known what it asks."""
        if tag == "form" and self.asking:
            self.links.append(f"{self.action}?{urlencode(self.asking)}")

    def handle_data(self, data: str) -> None:
        """A part that other examples lack is told by its heading."""
        if self.in_heading:
            self.things.add(data.strip())
            self.in_heading = False


@dataclass
class Found:
    """What one role found: its pages by endpoint, links that led nowhere, endpoints that answered at all."""

    cookie: str = ""
    pages: dict[str, list[Page]] = field(default_factory=lambda: defaultdict(list))
    broken: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    arguments: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def prepare(app: Flask) -> None:
    """People whom the demonstration lacks, and mails whose links lead to the pages of one-time links."""
    now = clock.now()
    with app.app_context(), speaking(LANGUAGE):
        account_services.create_account("newcomer@example.org", PASSWORD, LANGUAGE, SYSTEM, now)
        begun = account_services.create_account("beginner@example.org", PASSWORD, LANGUAGE, SYSTEM, now)
        profiles.open_profile(Actor(begun.id, frozenset({Role.MEMBER})), now)
        fresh = Account(email="fresh@example.org", password_hash="", language=LANGUAGE, created_at=now)
        imported = Candidate(
            given_name="Ilinca", family_name="Ciobanu", email="ilinca@example.org", source="walk",
            text_language="ro", state=CandidateState.DRAFT, created_at=now, edited_at=now,
        )  # fmt: skip
        db.session.add_all([fresh, imported])
        db.session.flush()
        account_services.mail_confirmation(fresh, now)
        account_services.mail_reset("newcomer@example.org")
        mail_claim(imported, now)
        _guard(now)
        _add_document(now)
        copy = rights.ask_for_copy(begun, Actor(begun.id, frozenset({Role.MEMBER})), now)
        rights.make_copy(str(copy.id))
        db.session.commit()


def _add_document(now: datetime) -> None:
    """A document of the scientist, which the demonstration does not bring."""
    blank = pikepdf.new()
    blank.add_blank_page()
    blank.save(content := BytesIO())
    account = accounts.account_by_email(ROLES["scientist"] or "")
    owned = candidates.of_account(account.id if account else None)
    assert account is not None
    assert owned is not None
    diploma = Upload("diploma.pdf", FileType.PDF, content.getvalue())
    me = Actor(account.id, frozenset({Role.MEMBER, Role.CANDIDATE}))
    documents.add_document(owned, DocumentKind.DIPLOMA, diploma, me, now)


def _guard(now: datetime) -> None:
    """Second factors, and the two mailed links of somebody who lost them."""
    people = ("guarded@example.org", HALFWAY, "locked.out@example.org")
    guarded, halfway, lost = (
        account_services.create_account(email, PASSWORD, LANGUAGE, SYSTEM, now) for email in people
    )
    account_services.begin_app(guarded, Actor(guarded.id, frozenset({Role.MEMBER})), now)
    key = Passkey(account_id=guarded.id, name="Blue key", credential_id="walk", created_at=now)
    key.public_key, key.sign_count = "", 0
    db.session.add(key)
    half = account_services.begin_second_step(halfway, False, now)
    step = factors.second_step_by_token(half, now)
    assert step is not None
    account_services.ask_for_removal(step, now)
    token = account_services.issue_link(LinkPurpose.REPORT_LOSS, now, account_id=lost.id)
    account_services.report_loss(token, now)


class Crawl:
    """One role follows all links from its home; of each endpoint it tries some and keeps the telling."""

    def __init__(self, app: Flask, email: str | None, examples: int, kept: int) -> None:
        self.app, self.examples, self.kept = app, examples, kept
        self.client: FlaskClient = app.test_client()
        self.found = Found()
        self.adapter = app.url_map.bind("localhost")
        self.seen: dict[str, set[str]] = defaultdict(set)
        self.shown: dict[str, set[str]] = defaultdict(set)
        self.waiting: deque[tuple[str, str, str]] = deque()
        if email is not None:
            self._sign_in(email)

    def _sign_in(self, email: str) -> None:
        with self.app.app_context():
            account = accounts.account_by_email(email)
            assert account is not None, email
            later = clock.now() + A_WALK
            if email == HALFWAY:
                state = {HALF: account_services.begin_second_step(account, False, later)}
            else:
                token = account_services.open_session(account, "walk", clock.now())
                accounts.new_session(token).proved_at = later
                state = {"_user_id": token, "_fresh": True}
            db.session.commit()
        with self.client.session_transaction() as session:
            session.update(state)
        cookie = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        self.found.cookie = cookie.value

    def run(self) -> Found:
        """Begin at every address without arguments, then go where the links lead."""
        rules = rules_to_reach(self.app)
        self.follow([address_of(rule, {}) for rule in rules if rule.arguments <= {"lang"}])
        while self.waiting:
            self.visit(*self.waiting.popleft())
        return self.found

    def follow(self, links: Iterable[str], source: str = "") -> None:
        """Queue those links that lead to something new on this site."""
        for link in links:
            parts = urlsplit(urljoin(source, link))
            if parts.scheme not in {"", "http"} or (parts.netloc and parts.netloc not in self._own()):
                continue
            endpoint, values = self._match(parts.path)
            for name, value in values.items():
                self.found.arguments[name].add(str(value))
            # one language is enough to find the others
            path = f"/{LANGUAGE}{parts.path[3:]}" if "lang" in values else parts.path
            address = f"{path}?{parts.query}" if parts.query else path
            seen = self.seen[endpoint + "?" if parts.query else endpoint]
            if endpoint and address not in seen and len(seen) < self.examples:
                seen.add(address)
                self.waiting.append((endpoint, address, source))

    def visit(self, endpoint: str, address: str, source: str) -> None:
        """Open one address, note what it is, and go on from there."""
        answer = self.client.get(address)
        target = answer.headers.get("Location", "")
        if answer.status_code >= 400:
            if answer.status_code >= 500 or (source and self._match(source)[0] != MAILED):
                self.found.broken.append(f"{source or 'its address'} leads to {address}: {answer.status}")
            return
        if target:
            if "/login" not in target:
                self.found.reached.add(endpoint)
            self.follow([target], address)
            return
        self.found.reached.add(endpoint)
        if answer.mimetype != "text/html":
            return
        read = Reader(answer.get_data(as_text=True))
        kept = self.found.pages[endpoint]
        if not kept or (len(kept) < self.kept and read.things - self.shown[endpoint]):
            kept.append(Page(endpoint, address[3:], len(kept) + 1))
        self.shown[endpoint] |= read.things
        self.follow(read.links, address)

    def _own(self) -> set[str]:
        return {"localhost", urlsplit(self.app.extensions["settings"].base_url).netloc}

    def _match(self, address: str) -> tuple[str, Mapping[str, object]]:
        """The endpoint of an address and its arguments; an empty name for what is no page of this site."""
        try:
            endpoint, values = self.adapter.match(urlsplit(address).path)
        except RequestRedirect as redirect:
            return self._match(redirect.new_url)
        except HTTPException:
            return "", {}
        return ("", {}) if endpoint in NOT_PAGES else (endpoint, values)


def rules_to_reach(app: Flask) -> list[Rule]:
    """Every address that somebody can open, except files."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES
    ]


def address_of(rule: Rule, values: Mapping[str, str]) -> str:
    """The address of a rule with these arguments."""
    built = rule.build({"lang": LANGUAGE, **values} if "lang" in rule.arguments else dict(values))
    assert built is not None, rule
    return built[1]


def crawl(app: Flask, roles: Iterable[str], examples: int = 8, kept: int = 3) -> dict[str, Found]:
    """What each role sees; where no link leads, addresses are made of arguments met elsewhere."""
    crawls = {role: Crawl(app, ROLES[role], examples, kept) for role in roles}
    for one in crawls.values():
        one.run()
    for rule in rules_to_reach(app):
        if any(rule.endpoint in one.found.reached for one in crawls.values()):
            continue
        names = sorted(rule.arguments - {"lang"})
        known = [sorted(set().union(*(c.found.arguments[name] for c in crawls.values()))) for name in names]
        for values in islice(product(*known), GUESSES):
            for one in crawls.values():
                one.visit(rule.endpoint, address_of(rule, dict(zip(names, values, strict=True))), "")
    for one in crawls.values():
        for code in ERRORS:
            one.found.pages[f"error-{code}"] = [Page(f"error-{code}", f"/broken/{code}", 1, code)]
    return {role: one.found for role, one in crawls.items()}


def unreached(app: Flask, found: Mapping[str, Found]) -> set[str]:
    """Endpoints that no role could open: a page that is missing from the walk."""
    return {rule.endpoint for rule in rules_to_reach(app)} - set().union(*(f.reached for f in found.values()))
