"""A closed tab loses nothing: what was typed comes back, in another tab and after the form was sent."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.people import Person

SAVED = "Saved as a draft"


def typing(browser: Browser, site: Site, path: str) -> Person:
    person = Person(browser, site, "en", "graduate@example.org").sign_in()
    person.go(path)
    return person


def test_what_was_typed_comes_back_after_the_tab_was_closed(browser: Browser, site: Site) -> None:
    person = typing(browser, site, "/profile/interests")
    stored = person.page.input_value('[name="interests"]')
    person.page.fill('[name="interests"]', f"{stored} And bees.")
    expect(person.page.locator(".autosave-state")).to_contain_text(SAVED)
    context = person.page.context
    person.page.close()
    again = context.new_page()
    again.goto(f"{site.address}/en/profile/interests")
    expect(again.locator('[name="interests"]')).to_have_value(f"{stored} And bees.")
    expect(again.locator(".kept-notice")).to_contain_text("We kept what you typed here")
    again.get_by_role("button", name="Throw it away").click()
    expect(again.locator('[name="interests"]')).to_have_value(stored)
    expect(again.locator(".kept-notice")).to_have_count(0)
    person.is_content()


def test_what_was_typed_a_moment_before_closing_is_kept_too(browser: Browser, site: Site) -> None:
    person = typing(browser, site, "/profile/publications")
    person.page.fill('main [name="title"]', "Honey of the steppe")
    person.go("/profile")
    person.go("/profile/publications")
    expect(person.page.locator('main [name="title"]')).to_have_value("Honey of the steppe")
    person.fill(title="Honey of the steppe", language="en")
    person.form.get_by_role("button", name="Add this publication").click()
    person.sees("Added: Honey of the steppe.")
    person.go("/profile/publications")
    expect(person.page.locator('main [name="title"]')).to_have_value("")
    person.is_content()


def test_without_a_connection_the_page_says_that_nothing_is_kept(browser: Browser, site: Site) -> None:
    person = typing(browser, site, "/profile/career")
    person.page.route("**/account/drafts/**", lambda route: route.abort())
    person.page.fill('[name="position"]', "Docent")
    expect(person.page.locator(".autosave-state")).to_contain_text("could not be saved")
