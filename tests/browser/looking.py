"""What the walk does at one page: axe, console, requests, widths, keyboard, errors, and its picture."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error
from playwright.sync_api import Page as Tab
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.crawling import Page
from tests.browser.people import watch

WIDE, HEIGHT = 1100, 900
NARROW = (360, 320)
"""The narrowest telephone, and 1280 pixels at 400 % zoom."""
PICTURED = (360, 768, 1440)
THEMES = ("light", "dark")
STOPS = 12
"""How many stops of the Tab key are looked at."""
SOON = 5_000
"""Milliseconds after which a link to a part of the page has surely worked."""

AXE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}

PROBES = (Path(__file__).parent / "probes.js").read_text("utf-8")


@dataclass(frozen=True, order=True)
class Finding:
    """Something to mend: where it was seen, which rule it breaks, and the element or what was said."""

    endpoint: str
    role: str
    language: str
    theme: str
    rule: str
    where: str
    path: str = ""

    def __str__(self) -> str:
        return " | ".join(astuple(self))


class Eye:
    """One role's browser, looking at one page after another."""

    def __init__(
        self, browser: Browser, address: str, role: str, cookie: str, kept: Path | None = None
    ) -> None:
        self.address, self.role, self.kept = address, role, kept
        # without transitions a colour is what it will be
        self.context = browser.new_context(
            viewport={"width": WIDE, "height": HEIGHT}, reduced_motion="reduce"
        )
        if cookie:
            self.context.add_cookies([{"name": "diaspora", "value": cookie, "url": address}])
        self.context.add_init_script(PROBES)
        self.context.add_init_script(Axe().axe_script)
        self.context.set_default_timeout(15_000)
        self.tab: Tab = self.context.new_page()
        self.said = watch(self.tab, address)
        self.findings: list[Finding] = []
        self.forms: dict[Page, int] = {}

    def close(self) -> None:
        """End the role's browser."""
        self.context.close()

    def look(self, page: Page, language: str, themes: Sequence[str], widths: Sequence[int] = ()) -> None:
        """Everything that can be seen without sending anything; pictures at these widths."""
        self._at(page, language, themes[0])
        if not self._open():
            return
        self.keyboard()
        for state in self.states():
            for theme in themes:
                self._theme(theme)
                self.inspect(state)
        self.widths()
        for theme in themes if widths else ():
            self._theme(theme)
            self.keep_pictures(widths)
        self.forms[page] = len(self.tab.evaluate("walk.ownForms()"))
        self._listen()

    def look_at_errors(self, page: Page, language: str, theme: str) -> None:
        """Send each form of the page's own so that it is refused, and look at how it says so."""
        self._at(page, language, theme)
        for at in range(self.forms.get(page, 0)):
            if not self._open():
                return
            with self.tab.expect_navigation():
                self.tab.evaluate("at => walk.spoil(walk.ownForms()[at])", at)
            if self.tab.locator(".error-summary").count():
                self.inspect("errors")
                self.widths("errors")
                for target in self.tab.evaluate("walk.deadErrorLinks()"):
                    self.note("error-link-leads-to-its-field", target)
                if self.kept:
                    self.keep_pictures(PICTURED[:1], f"-errors-{at + 1}")
            elif self.tab.locator(".field-error").count():
                self.note("errors-are-summed-up", ".field-error")
        self._listen()

    def look_specially(self, page: Page, language: str) -> None:
        """With the system's own colours, where only an outline shows the keyboard; and as it is printed."""
        self._at(page, language, THEMES[0])
        self.theme = "forced"
        self.tab.emulate_media(forced_colors="active")
        if self._open():
            self.keyboard()
            self.keep_pictures(PICTURED[-1:])
            self.theme = "print"
            self.tab.emulate_media(forced_colors="none", media="print")
            self.keep_pictures(PICTURED[1:2])
        self.tab.emulate_media(forced_colors="none", media="screen")

    def states(self) -> Iterator[str]:
        """The page as it is, then with all that folds unfolded, then with each of its dialogs."""
        yield ""
        if self.tab.evaluate("walk.unfold()"):
            yield "unfolded"
        for name in self.tab.evaluate("walk.dialogs()"):
            opener = self.tab.locator(f'a[href="#{name}"], [commandfor="{name}"]').first
            if not opener.is_visible():
                continue
            opener.click()
            if self.tab.locator(f"#{name}").is_visible():
                yield f"dialog {name}"
            else:
                self.note("dialog-opens", f"#{name}")
            self.tab.keyboard.press("Escape")
            if self.tab.locator(f"#{name}").is_visible():
                self.note("dialog-closes-by-escape", f"#{name}")
                self.tab.goto(self.tab.url.split("#")[0])

    def inspect(self, state: str = "") -> None:
        """Ask axe."""
        found = self.tab.evaluate("options => axe.run(options)", AXE)
        for violation in found["violations"]:
            for node in violation["nodes"]:
                where = " ".join(str(part) for part in node["target"])
                data = next((check["data"] for check in node["any"] if check.get("data")), None) or {}
                if "fgColor" in data:
                    where += f" ({data['fgColor']} on {data['bgColor']}: {data['contrastRatio']})"
                self.note(violation["id"], f"{where} [{state}]" if state else where)

    def widths(self, state: str = "") -> None:
        """Nothing sticks out at the narrowest widths."""
        for width in NARROW:
            self.tab.set_viewport_size({"width": width, "height": HEIGHT})
            if wide := self.tab.evaluate("walk.tooWide()"):
                self.note(f"no-sideways-scroll-at-{width}", f"{wide} [{state}]" if state else wide)
        self.tab.set_viewport_size({"width": WIDE, "height": HEIGHT})

    def keyboard(self) -> None:
        """The skip link comes first and works; each stop shows where one is, and nothing lies over it."""
        for number in range(STOPS):
            self.tab.keyboard.press("Tab")
            stop = self.tab.evaluate("walk.stop()")
            if stop is None:
                break
            if number == 0 and not stop["skip"]:
                self.note("skip-link-comes-first", stop["name"])
            if not stop["marked"]:
                self.note("focus-is-visible", stop["name"])
            if stop["covered"]:
                self.note("focus-is-not-covered", stop["name"])
        skip = self.tab.locator(".skip-link")
        if skip.count():
            skip.first.focus()
            self.tab.keyboard.press("Enter")
            try:
                self.tab.wait_for_function("location.hash === '#content'", timeout=SOON)
            except TooLate:
                self.note("skip-link-works", ".skip-link")

    def keep_pictures(self, widths: Sequence[int], ending: str = "") -> None:
        """The whole page as a picture at each width."""
        assert self.kept is not None
        folder = self.kept / "pictures" / self.role
        folder.mkdir(parents=True, exist_ok=True)
        for width in widths:
            self.tab.set_viewport_size({"width": width, "height": HEIGHT})
            name = f"{self.language}-{self.theme}-{width}-{self.page.name}{ending}.png"
            self.tab.screenshot(path=folder / name, full_page=True)
        self.tab.set_viewport_size({"width": WIDE, "height": HEIGHT})

    def note(self, rule: str, where: str) -> None:
        """Write a finding down."""
        page = self.page
        self.findings.append(
            Finding(page.endpoint, self.role, self.language, self.theme, rule, where, page.path)
        )

    def _at(self, page: Page, language: str, theme: str) -> None:
        self.page, self.language = page, language
        self.said.clear()
        self._theme(theme)

    def _theme(self, theme: str) -> None:
        self.theme = theme
        self.tab.emulate_media(color_scheme=theme)  # type: ignore[arg-type]

    def _open(self) -> bool:
        try:
            answer = self.tab.goto(f"{self.address}/{self.language}{self.page.path}")
        except Error as error:
            self.note("page-opens", error.message.splitlines()[0])
            return False
        status = answer.status if answer else 0
        if answer is None or status != self.page.status:
            self.note("page-opens", f"{status} instead of {self.page.status}")
            return False
        if self.kept:
            folder = self.kept / "html"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{self.role}-{self.language}-{self.page.name}.html").write_text(answer.text(), "utf-8")
        return True

    def _listen(self) -> None:
        for said in self.said:
            # a browser says so itself when a page answers with an error, as error pages do
            if not (self.page.status != 200 and f"status of {self.page.status}" in said):
                self.note("nothing-on-the-console", said)
