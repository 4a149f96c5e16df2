"""A test client that reads every page it fetches as a strict browser and a screen reader would."""

from collections import Counter
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diaspora import SITE_NAME
from diaspora.accounts import services
from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.platform import clock

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
UNLABELLED = {"hidden", "submit", "button"}


class CheckedClient(FlaskClient):
    """Flask's client, with a look at every HTML page."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        # a request has a context of its own, and so its own session and its own idea of who is signed in
        with self.application.app_context():
            response = super().open(*arguments, **options)
        # what the request changed shall be seen by the test's own session
        db.session.expire_all()
        compressed = "Content-Encoding" in response.headers
        redirected = response.status_code in {301, 302, 303, 308}
        if response.mimetype == "text/html" and not redirected and not compressed:
            check_page(response.get_data(as_text=True))
        return response

    def sign_in(self, account: Account, second_step: bool = True) -> "CheckedClient":
        """Be this person from now on, with the second step passed, which some roles need."""
        token = services.open_session(account, "test", clock.now(), second_step=second_step)
        db.session.commit()
        with self.session_transaction() as session:
            session.clear()
            session["_user_id"] = token
            session["_fresh"] = True
        return self


def check_page(page: str) -> None:
    """Valid HTML, one h1 that makes the title, unique ids, labels, nothing inline or foreign, good links."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(page)
    elements = [e for e in tree.iter() if isinstance(e.tag, str)]

    def all_of(*tags: str) -> list[Any]:
        return [e for e in elements if e.tag in {NAMESPACE + tag for tag in tags}]

    assert all_of("html")[0].get("lang") in {"ro", "ru", "en"}
    headings = all_of("h1")
    assert len(headings) == 1, "one h1 a page"
    heading = " ".join("".join(headings[0].itertext()).split())
    title = " ".join("".join(all_of("title")[0].itertext()).split())
    assert title == f"{heading} – {SITE_NAME}"
    ids = Counter(e.get("id") for e in elements if e.get("id"))
    assert not [name for name, times in ids.items() if times > 1], "ids are unique"
    labelled = {e.get("for") for e in all_of("label")}
    within = {id(child) for label in all_of("label") for child in label.iter()}
    for field in all_of("input", "select", "textarea"):
        named = field.get("id") in labelled or id(field) in within or field.get("aria-label")
        assert named or field.get("type") in UNLABELLED, f"a field without a label: {field.attrib}"
    for e in elements:
        assert not e.get("style"), "no inline style"
        assert not [a for a in e.attrib if a.lower().startswith("on")], "no inline handler"
        for attribute in ("aria-describedby", "aria-labelledby"):
            for name in (e.get(attribute) or "").split():
                assert name in ids, f"{attribute} points at {name}, which is not on the page"
    for e in all_of("link", "script", "img", "source", "iframe", "embed", "object", "use", "form"):
        if e.get("rel") in {"canonical", "alternate"}:
            continue
        for attribute in ("href", "src", "srcset", "data", "action"):
            assert "//" not in (e.get(attribute) or ""), f"{e.get(attribute)}: another host is asked"
    for form in all_of("form"):
        # without one it goes to the address with its #part, and the page that comes back has the focus there
        assert form.get("action"), "a form without an address"
    for anchor in all_of("a"):
        target = anchor.get("href") or ""
        assert not target.startswith("#") or target[1:] in ids, f"link to {target}, which is not on the page"
