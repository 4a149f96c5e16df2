"""Type-ahead by keyboard: found without accents and inside words, announced, and sent as before."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.people import Person


def test_a_country_is_chosen_by_typing_some_letters(browser: Browser, site: Site) -> None:
    person = Person(browser, site, "ro", "graduate@example.org").sign_in()
    person.go("/profile/about")
    page = person.page
    country = page.get_by_role("combobox", name="Țara")
    select = page.locator('select[name="country"]')
    before, shown = select.input_value(), country.input_value()
    country.fill("elvet")
    expect(country).to_have_attribute("aria-expanded", "true")
    active = page.locator(f"#{country.get_attribute('aria-activedescendant')}")
    expect(active).to_have_text("Elveția")
    country.press("Escape")
    expect(country).to_have_value(shown)
    country.fill("sud")
    options = page.locator("#country-list [role=option]")
    assert options.count() > 1, "found inside names"
    assert options.first.inner_text().lower().startswith("sud"), "what begins so stands first"
    country.press("Escape")
    country.fill("elvetia")
    country.press("Enter")
    expect(country).to_have_value("Elveția")
    expect(country).to_have_attribute("aria-expanded", "false")
    assert select.input_value() == "CH"
    country.fill("nowhere at all")
    expect(page.locator(".combobox [role=status]").first).not_to_be_empty()
    country.press("Enter")
    assert page.url.endswith("/profile/about"), "the form is not sent with a name that is no country"
    expect(country).to_have_value("Elveția")
    country.fill("")
    country.blur()
    assert select.input_value() == ""
    select.evaluate("(field, value) => { field.value = value }", before)
    person.is_content()


def test_the_arrows_walk_through_the_choices(browser: Browser, site: Site) -> None:
    person = Person(browser, site, "en", "graduate@example.org").sign_in()
    person.go("/profile/degrees")
    country = person.page.get_by_role("combobox", name="Country")
    country.press("ArrowDown")
    names = person.page.locator("#country-list [role=option]").all_inner_texts()
    assert len(names) > 200, "all of them, while nothing is typed"
    country.press("ArrowDown")
    country.press("ArrowDown")
    country.press("ArrowUp")
    country.press("Enter")
    expect(country).to_have_value(names[0])
    country.press("ArrowDown")
    country.press("ArrowUp")
    country.press("Enter")
    expect(country).to_have_value(names[-1])


def test_without_a_script_the_list_is_a_plain_one(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/en/login")
    page.fill('[name="email"]', "graduate@example.org")
    page.fill('[name="password"]', "demo-diaspora-2026")
    page.locator("main form button").last.click()
    page.goto(f"{site.address}/en/profile/about")
    country = page.locator('select[name="country"]')
    expect(page.get_by_role("combobox", name="Country you live in")).to_have_count(1)
    expect(page.locator("input[aria-autocomplete]")).to_have_count(0)
    before = country.input_value()
    page.get_by_label("Country you live in").select_option("CH")
    assert country.input_value() == "CH" != before
    assert country.locator("option:checked").inner_text() == "Switzerland"
    context.close()
