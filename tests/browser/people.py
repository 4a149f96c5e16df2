"""People at their browsers: what a test of a journey says they do."""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from diaspora.demonstration.services import PASSWORD
from tests.browser.conftest import Site


def watch(page: Page, address: str) -> list[str]:
    """A list that fills with what should not be: words on the console, errors, requests off the site."""
    said: list[str] = []

    def see(url: str) -> None:
        if not url.startswith((address, "data:")):
            said.append(f"a request left the site: {url}")

    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: see(request.url))
    return said


class Person:
    """Somebody with a browser of their own, reading the site in one language."""

    def __init__(self, browser: Browser, site: Site, language: str, email: str) -> None:
        self.site = site
        self.language = language
        self.email = email
        context = browser.new_context(viewport={"width": 1100, "height": 900}, accept_downloads=True)
        context.set_default_timeout(15_000)
        self.page: Page = context.new_page()
        self.form = self.page.locator("main form")
        self.said = watch(self.page, site.address)

    def go(self, path: str) -> None:
        """Open a page of the site by its path without the language."""
        answer = self.page.goto(f"{self.site.address}/{self.language}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def fill(self, **values: str | bool | list[str]) -> None:
        """Fill fields by name: text, an option's value, a box, or several boxes."""
        names = [name.replace("__", "-") for name in values]
        self.form = self.page.locator("main form", has=self.page.locator(f'[name="{names[-1]}"]')).last
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name.replace("__", "-")}"]')
            if isinstance(value, list):
                for one in value:
                    self.page.locator(f'main [name="{name}"][value="{one}"]').check()
            elif isinstance(value, bool):
                field.set_checked(value)
            elif field.evaluate("element => element.tagName") == "SELECT":
                # a list with type-ahead stays in the form, hidden
                field.select_option(value, force=True)
            else:
                field.fill(value)

    def send(self) -> None:
        """Press the button of the form that was filled last."""
        before = self.page.url
        self.form.locator('button:not([name="look"])').last.click()
        self.page.wait_for_load_state()
        errors = self.page.locator(".error-summary")
        assert errors.count() == 0, f"{before}: {errors.inner_text()}"

    def act(self, ending: str, reason: str = "") -> None:
        """Press the button of an act, whose address ends so; give a reason where one is asked for."""
        form = self.page.locator(f'main form[action$="{ending}"]')
        fold = self.page.locator("details.act-reason", has=self.page.locator(f'form[action$="{ending}"]'))
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").click()
        dialog = self.page.locator("dialog", has=self.page.locator(f'form[action$="{ending}"]'))
        if dialog.count():
            self.page.locator(f'a[data-dialog][href="#{dialog.get_attribute("id")}"]').click()
        if reason:
            form.locator('[name="reason"]').fill(reason)
        form.locator("button").click()
        self.page.wait_for_load_state()
        expect(self.page.locator(".error-summary, .notice-refused")).to_have_count(0)

    def sign_up(self, password: str) -> None:
        """Open an account and follow the mailed link, as the demonstration shows the mail."""
        self.go("/signup")
        self.fill(email=self.email, password=password)
        self.send()
        self.follow_mail()
        self.fill(password=password)
        self.send()

    def follow_mail(self) -> None:
        """Click the link in the newest mail to this person."""
        self.site.work()
        self.go("/demonstration/mails")
        mail = self.page.locator("ol.card-list > li", has_text=re.compile(re.escape(self.email))).first
        mail.locator("a").first.click()
        self.page.wait_for_load_state()

    def sign_in(self, password: str = PASSWORD) -> "Person":
        """Sign in as somebody who has an account."""
        self.go("/login")
        self.fill(email=self.email, password=password)
        self.send()
        return self

    def sees(self, text: str) -> None:
        """The page holds this text."""
        expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        """Nothing of this stands anywhere in the page's source."""
        source = self.page.content()
        for text in texts:
            assert text not in source, f"{self.page.url} shows {text!r}"

    def id_at(self, pattern: str) -> str:
        """The id in the present address."""
        found = re.search(pattern.replace("ID", "([0-9a-f-]{36})"), self.page.url)
        assert found, f"{self.page.url} is not {pattern}"
        return found[1]

    def is_content(self) -> None:
        """Nothing was said on the console, and nothing left the site."""
        assert self.said == []

    def download(self, selector: str) -> Any:
        """Click a link that gives a file."""
        with self.page.expect_download() as download:
            self.page.locator(selector).first.click()
        return download.value
