"""The three main journeys by keyboard alone, and what a screen reader is told: docs/accessibility.md."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from diaspora.demonstration.services import PASSWORD
from tests.browser.conftest import Site
from tests.browser.looking import PROBES
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.own_database]

FARTHEST = 160
"""No page has more stops than this."""

PLACE = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return { left: box.left + scrollX, top: box.top + scrollY, bottom: box.bottom + scrollY };
}"""


class Keys(Person):
    """Somebody without a mouse: nothing here clicks, and nothing fills a field but keys."""

    def __init__(self, browser: Browser, site: Site, email: str) -> None:
        super().__init__(browser, site, "en", email)
        self.page.add_init_script(PROBES)
        self.focused = self.page.locator(":focus")

    def sign_in(self, password: str = PASSWORD) -> "Keys":
        """By keys as well; the skip link is the first stop, and leads past the header."""
        self.go("/login")
        self.press("Tab")
        expect(self.focused).to_have_text("Skip to the content")
        self.press("Enter", "Tab")
        expect(self.focused).to_have_accessible_name("E-mail address")
        self.type(self.email)
        self.press("Tab")
        self.type(password)
        self.send_by("Enter")
        return self

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def send_by(self, key: str) -> None:
        """Press a key that leads to another page, or brings this one back."""
        with self.page.expect_navigation():
            self.press(key)

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the focus is there; on the way it is seen at every stop and goes down the page."""
        before: dict[str, float] | None = None
        for _stop in range(FARTHEST):
            self.press("Tab")
            stop = self.page.evaluate("walk.stop()")
            if stop is None:  # past the last stop, and on from the first
                before = None
                continue
            assert stop["marked"], f"{stop['name']}: the focus is not seen"
            assert not stop["covered"], f"{stop['name']}: something lies over it"
            place = self.page.evaluate(PLACE)
            back = before and place["bottom"] <= before["top"] and place["left"] <= before["left"]
            assert not back or stop["skip"], f"{stop['name']} stands before what had the focus earlier"
            before = place
            if target.count() and target.first.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"{self.page.url}: Tab does not come to {target}")

    def tab_to_role(self, role: Any, name: str | re.Pattern[str], exact: bool = False) -> None:
        self.tab_to(self.page.get_by_role(role, name=name, exact=exact))

    def follow(self, role: Any, name: str | re.Pattern[str], exact: bool = False) -> None:
        """Go to a link or button and press it."""
        self.tab_to_role(role, name, exact)
        self.send_by("Enter")

    def empty_field(self) -> None:
        self.press("ControlOrMeta+a", "Delete")

    def is_told(self, text: str) -> None:
        """A live region says this."""
        told = self.page.get_by_role("status").or_(self.page.get_by_role("alert"))
        expect(told.filter(has_text=text).first).to_be_visible()

    def mends(self, name: str) -> None:
        """The page came back refused: the focus is on the summary, and its first link leads to the field."""
        expect(self.focused).to_have_role("alert")
        expect(self.focused).to_have_accessible_name("There is a problem")
        self.press("Tab")
        expect(self.focused).to_have_role("link")
        self.press("Enter")
        expect(self.focused).to_have_accessible_name(name)
        expect(self.focused).to_have_attribute("aria-invalid", "true")
        message = self.page.locator(".field-error").first.inner_text()
        expect(self.focused).to_have_accessible_description(re.compile(re.escape(message)))

    def looks_into_dialog(self, opener: Locator) -> None:
        """A dialog opens, keeps the keyboard, closes by Escape and gives the focus back."""
        self.tab_to(opener)
        name = self.focused.get_attribute("href")
        self.press("Enter")
        dialog = self.page.locator(f"dialog{name}")
        expect(dialog).to_be_visible()
        expect(dialog).to_have_accessible_name(re.compile("."))
        stops = set()
        for _stop in range(6):
            inside = dialog.evaluate("e => e.contains(document.activeElement)")
            # between the last stop and the first the focus is with the browser itself
            assert inside or self.page.evaluate("document.activeElement === document.body")
            stops.add(self.page.evaluate("walk.name(document.activeElement)") if inside else "")
            self.press("Tab")
        assert len(stops - {""}) >= 3, "the question, the act and the way back"
        self.press("Escape")
        expect(dialog).to_be_hidden()
        expect(self.focused).to_have_attribute("href", name or "")


@pytest.fixture
def keys(browser: Browser, site: Site) -> Iterator[Any]:
    """Signs people in, and looks afterwards that nothing was said on the console."""
    people: list[Keys] = []

    def sign_in(email: str) -> Keys:
        people.append(Keys(browser, site, email).sign_in())
        return people[-1]

    yield sign_in
    for person in people:
        person.is_content()
        person.page.context.close()


def test_a_wrong_password_is_told_and_mended(browser: Browser, site: Site) -> None:
    person = Keys(browser, site, "scientist@example.org").sign_in("not the password")
    expect(person.focused).to_have_role("alert")
    person.is_told("The address or the password is not right.")
    person.tab_to_role("textbox", "Password")
    person.type(PASSWORD)
    person.send_by("Enter")
    assert "/login" not in person.page.url
    person.is_content()


def test_a_candidate_says_yes_to_an_invitation(keys: Any) -> None:
    person = keys("scientist@example.org")
    person.go("/")
    person.follow("link", re.compile("^Say yes or decline"))
    person.follow("button", "Say yes to the invitation")
    expect(person.page.locator("p.notice-done[role=status]")).not_to_be_empty()


def test_a_candidate_mends_a_part_of_the_profile(keys: Any) -> None:
    person = keys("scientist@example.org")
    person.go("/profile/about")
    name = person.page.get_by_label("Given name")
    given = name.input_value()
    person.tab_to(name)
    person.empty_field()
    person.follow("button", "Save and go back to my profile")
    person.mends("Given name")
    # refused once more, now from an address that named the field
    person.follow("button", "Save and go back to my profile")
    person.mends("Given name")
    person.type(given)
    person.is_told("Saved as a draft")
    person.follow("button", "Save and go back to my profile")
    person.is_told("Saved.")


def test_a_country_is_chosen_in_a_list_with_type_ahead(keys: Any) -> None:
    person = keys("scientist@example.org")
    person.go("/profile/about")
    country = person.page.get_by_role("combobox", name="Country you live in")
    before = country.input_value()
    person.tab_to(country)
    person.type("switz")
    person.is_told("Results: 1")
    expect(country).to_have_attribute("aria-expanded", "true")
    active = person.page.locator(f"#{country.get_attribute('aria-activedescendant')}")
    expect(active).to_have_role("option")
    expect(active).to_have_accessible_name("Switzerland")
    person.press("Escape")
    expect(country).to_have_attribute("aria-expanded", "false")
    expect(country).to_have_value(before)
    person.empty_field()
    person.type("no such place")
    person.is_told("Nothing found")
    person.press("Escape")
    expect(country).to_have_value(before)
    person.empty_field()
    person.type("ital")
    person.press("ArrowDown", "Enter")
    expect(country).to_have_value("Italy")
    person.press("Tab")
    expect(person.focused).to_have_accessible_name("citizen of Moldova")


def test_a_candidate_orders_and_highlights_publications(keys: Any) -> None:
    person = keys("scientist@example.org")
    person.go("/profile/publications")
    person.tab_to_role("button", re.compile("^Move down: "))
    title = (person.focused.get_attribute("aria-label") or "").removeprefix("Move down: ")
    person.send_by("Enter")
    expect(person.focused).to_have_accessible_name(re.compile(re.escape(title)))
    expect(person.focused).to_have_accessible_description("Now at place 2 of 3.")
    person.follow("link", f"Change: {title}")
    person.tab_to_role("checkbox", "Show this one among the first")
    person.press("Space")
    expect(person.focused).to_be_checked()
    person.follow("button", "Save", exact=True)
    person.is_told("Saved.")
    expect(person.page.locator(".publication-list > li").first).to_contain_text(f"highlighted {title}")
    person.looks_into_dialog(person.page.get_by_role("link", name=f"Remove: {title}"))


def test_an_institution_writes_terms_of_reference(keys: Any) -> None:
    person = keys("institution@example.org")
    person.go("/")
    person.follow("link", "Write a new placement")
    person.tab_to_role("button", "knowledge transfer")
    note = person.page.locator(f"#{person.focused.get_attribute('popovertarget')}")
    person.press("Enter")
    expect(note).to_be_visible()
    person.press("Escape")
    expect(note).to_be_hidden()
    expect(person.focused).to_have_text("knowledge transfer")
    person.tab_to_role("textbox", "Title", exact=True)
    person.type("A trial by keys")
    person.press("Tab")
    expect(person.focused).to_have_text("Good examples: Title")
    person.press("Space")
    expect(person.page.locator("details.examples[open]")).to_have_count(1)
    person.tab_to_role("textbox", "In short")
    person.type("Three words only")
    expect(person.focused).to_have_accessible_description(re.compile("Words: 3"))
    person.tab_to(person.page.locator("[name=supervisor_email]"))
    label = person.page.locator("label[for=supervisor_email]").inner_text()
    person.type("nonsense")
    person.follow("button", "Save as a draft")
    person.mends(label)
    person.empty_field()
    person.type("maria.ceban@example.org")
    person.follow("button", "Save as a draft")
    person.is_told("Saved as a draft.")
    person.follow("link", "See it as the public does")
    person.is_told("Preview: the public cannot see this page now.")
    person.follow("link", "Back to the placement")


def test_an_institution_sends_a_copy_for_checking(keys: Any) -> None:
    person = keys("institution@example.org")
    person.go("/")
    person.follow("link", "All placements, and copies of earlier ones")
    person.follow("button", re.compile("^Copy for a new post.*Eroziunea"))
    if "/edit" not in person.page.url:
        person.follow("link", "Edit the terms of reference")
    for name, day in (("starts_on", 60), ("ends_on", 300), ("closes_on", 30)):
        person.tab_to(person.page.locator(f"main [name={name}]"))
        person.type((date.today() + timedelta(day)).strftime("%m%d%Y"))
    person.tab_to_role("combobox", "Call", exact=True)
    person.type("Temporary")
    person.follow("button", "Save", exact=True)
    person.is_told("Saved")
    person.follow("button", re.compile("^Send"))
    expect(person.page.locator("p.notice-done[role=status]")).not_to_be_empty()


def test_an_institution_invites_somebody_who_fits(keys: Any) -> None:
    person = keys("institution@example.org")
    person.go("/")
    person.follow("link", re.compile("^Who fits, who applied"))
    person.follow("link", re.compile("^Invite"))
    person.tab_to_role("textbox", re.compile("A few words"))
    person.type("Your work on slopes is what we lack.")
    person.press("Tab")
    expect(person.focused).to_have_accessible_name("Send the invitation")
    person.send_by("Enter")
    person.is_told("The invitation was sent.")


def test_an_officer_goes_through_the_work_list_by_letters(keys: Any) -> None:
    person = keys("officer@example.org")
    person.go("/staff")
    person.tab_to_role("region", "Late")
    person.press("j", "j", "ArrowDown", "k")
    expect(person.focused).to_have_role("link")
    name = person.focused.inner_text()
    person.press("ArrowDown")
    expect(person.focused).not_to_have_text(name)
    person.send_by("Enter")
    assert "/staff" in person.page.url or "/candidatures/" in person.page.url


def test_an_officer_sees_what_an_act_on_many_would_do(keys: Any) -> None:
    person = keys("officer@example.org")
    person.go("/staff/candidatures")
    person.tab_to_role("region", "Candidatures")
    person.press("j", "x")
    expect(person.focused).to_have_role("link")
    person.is_told("Chosen rows: 1")
    person.press("/")
    expect(person.focused).to_have_role("searchbox")
    person.follow("button", "See what would happen")
    person.tab_to_role("region", "What would happen")
    # which of the two depends on whether the first row can be found eligible now
    person.follow("link", re.compile("Leave everything as it is|Back to the list"))
    assert person.page.url.endswith("/staff/candidatures")


def test_an_officer_acts_with_a_reason(keys: Any) -> None:
    person = keys("officer@example.org")
    person.go("/staff/candidatures?state=applied&group=")
    person.tab_to_role("region", "Candidatures")
    person.press("j")
    person.send_by("Enter")
    person.tab_to(person.page.locator("summary", has_text="Find not eligible"))
    person.press("Enter", "Tab")
    expect(person.focused).to_have_role("textbox")
    label = person.page.locator("label[for=reason-find_ineligible]").inner_text()
    expect(person.focused).to_have_accessible_name(label)
    person.type(" ")
    person.press("Tab")
    person.send_by("Enter")
    person.mends(label)
    person.type("The degree has to be recognised first.")
    person.press("Tab")
    person.send_by("Enter")
    expect(person.page.locator("p.notice-done[role=status]")).not_to_be_empty()


def test_an_officer_is_asked_before_a_call_moves_on(keys: Any) -> None:
    person = keys("officer@example.org")
    person.go("/staff/calls")
    for address in person.page.locator("main table a").evaluate_all("all => all.map(one => one.pathname)"):
        person.go(address.removeprefix("/en"))
        question = person.page.locator("a[data-dialog]")
        if question.count():
            person.looks_into_dialog(question.first)
            return
    pytest.fail("no call in the demonstration that can move on")


@pytest.mark.parametrize(
    ("email", "path"),
    [("scientist@example.org", "/profile/about"), ("officer@example.org", "/staff/candidatures")],
)
def test_nothing_holds_the_keyboard(keys: Any, email: str, path: str) -> None:
    person = keys(email)
    person.go(path)

    def until_the_end(key: str) -> list[int]:
        met: list[int] = []
        for _stop in range(FARTHEST):
            person.press(key)
            now = person.page.evaluate(
                "[...document.body.querySelectorAll('*')].indexOf(document.activeElement)"
            )
            if now < 0 or now in met:
                return met
            met.append(now)
        raise AssertionError(f"{key} does not come to an end")

    there = until_the_end("Tab")
    person.page.evaluate("document.activeElement.blur()")
    back = until_the_end("Shift+Tab")
    assert there == sorted(there), "in the order of the page"
    assert there == back[::-1], "and back the same way"
