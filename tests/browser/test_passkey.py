"""A passkey made and shown by a real browser with a virtual authenticator of its own."""

import pytest
from playwright.sync_api import Browser, expect

from diaspora.accounts.services import create_account
from diaspora.demonstration.services import PASSWORD
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM
from tests.browser.conftest import Site
from tests.browser.people import Person

EMAIL = "keeper@example.org"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_site(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site under a name: browsers make no passkeys for an IP address."""
    address = site.address.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(site.app.extensions["settings"], "base_url", address)
    with site.app.app_context():
        create_account(EMAIL, PASSWORD, "en", SYSTEM, clock.now())
        db.session.commit()
    return Site(site.app, address)


def test_a_passkey_is_made_signs_in_and_is_removed(browser: Browser, named_site: Site) -> None:
    person = Person(browser, named_site, "en", EMAIL)
    page = person.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    person.sign_in()
    person.go("/account/passkeys/new")
    page.get_by_label("Name of the passkey").fill("the blue key")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    person.go("/account/second-factors")
    person.sees("the blue key")

    page.get_by_role("button", name="Sign out").click()
    person.sign_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step of signing in")
    page.goto(f"{named_site.address}/en/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    person.sign_in()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your home page")

    person.go("/account/second-factors")
    page.get_by_role("link", name="Remove").click()
    page.locator("dialog[open] button").click()
    person.sees("The passkey is removed.")
    page.get_by_role("button", name="Sign out").click()
    person.sign_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your home page")
    person.is_content()
