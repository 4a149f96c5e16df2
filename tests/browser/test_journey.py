"""The whole journey in a real browser, in each language: from sign-up to the letter in somebody's hands."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from diaspora.demonstration.rules import invented_number
from diaspora.platform import clock
from tests.browser.conftest import Site
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.own_database]

REGISTRY_NUMBER = {language: invented_number(9000 + n) for n, language in enumerate(("ro", "ru", "en"))}
PASSWORD = "trei poduri peste Prut"
TODAY = date.today()

TEXTS = {
    "ro": {
        "interests": "Vreau să măsor, împreună cu agronomii din Cahul, câtă apă pierd viile în veri secetoase și "
        "să las în urmă o metodă simplă de irigare după potențialul hidric al frunzei.",
        "title": "Potențialul hidric al frunzei la viță-de-vie în condiții de secetă",
        "abstract": "Am urmărit timp de trei veri potențialul hidric al frunzei la șase soiuri de viță-de-vie "
        "irigate deficitar și am legat pierderea de apă de randament și de calitatea mustului.",
        "post": "Irigarea viilor în veri secetoase: metodă pentru podgoriile din sud",
        "summary": "Căutăm un cercetător care să ne învețe să măsurăm potențialul hidric al frunzei la "
        "viță-de-vie și să stabilim când irigăm în veri secetoase.",
    },
    "ru": {
        "interests": "Хочу вместе с агрономами юга измерить, сколько воды теряют виноградники в засушливое лето, "
        "и оставить им простой способ полива по водному потенциалу листа.",
        "title": "Водный потенциал листа винограда при засухе",
        "abstract": "Три лета мы следили за водным потенциалом листа шести сортов винограда при дефицитном поливе "
        "и связали потерю воды с урожаем и качеством сусла.",
        "post": "Полив виноградников в засушливое лето: метод для южных хозяйств",
        "summary": "Ищем исследователя, который научит нас измерять водный потенциал листа винограда и решать, "
        "когда поливать виноградники в засушливое лето.",
    },
    "en": {
        "interests": "I want to measure with growers in the south how much water vineyards lose in dry summers, and "
        "to leave behind a simple way to irrigate by leaf water potential.",
        "title": "Leaf water potential of grapevine under drought",
        "abstract": "Over three summers we followed the leaf water potential of six grapevine cultivars under "
        "deficit irrigation and related water loss to yield and must quality.",
        "post": "Irrigating vineyards in dry summers: a method for growers of the south",
        "summary": "We look for a researcher who teaches us to measure the leaf water potential of grapevine and to "
        "decide when vineyards need irrigation in dry summers.",
    },
}
FAMILY = {"ro": "Țurcanu-Ștefârță", "ru": "Щербакова-Цуркану", "en": "Munteanu-Whitfield"}


def fill_profile(person: Person, texts: dict[str, str]) -> None:
    """Every part of the profile, one page each; then consent, check and send."""
    person.act("/profile/open")
    pages: list[tuple[str, dict[str, str | bool | list[str]]]] = [
        (
            "about",
            {
                "given_name": "Elena",
                "family_name": FAMILY[person.language],
                "birth_year": "1984",
                "country": "FR",
                "links_to_moldova": ["citizen", "studied_in_moldova"],
            },
        ),
        (
            "career",
            {
                "career_stage": "established",
                "position": "Researcher",
                "employer": "Institutul Foarteascuns",
                "employed_abroad": True,
                "years_abroad": "5",
                "experience": texts["abstract"],
                "text_language": person.language,
            },
        ),
        ("degrees", {"level": "doctorate", "subject": "Agronomy", "country": "FR", "year": "2013"}),
        ("fields", {"main_field": "4.1"}),
        ("languages", {"code": "ro", "level": "native"}),
        ("languages", {"code": "en", "level": "C1"}),
        (
            "availability",
            {
                "starts_on": (TODAY + timedelta(150)).isoformat(),
                "ends_on": (TODAY + timedelta(260)).isoformat(),
            },
        ),
        ("interests", {"interests": texts["interests"], "text_language": person.language}),
        (
            "publications",
            {
                "title": texts["title"],
                "abstract": texts["abstract"],
                "language": person.language,
                "year": "2021",
                "doi": "10.1000/xyz123",
            },
        ),
        ("consent", {"agree": True, "compare": True}),
    ]
    for part, values in pages:
        person.go(f"/profile/{part}")
        person.fill(**values)
        person.send()
    person.go("/profile/check")
    person.sees(FAMILY[person.language])
    person.act("/profile/act/submit")


def register_institution(lead: Person) -> None:
    lead.go("/institution/register")
    lead.fill(
        name_ro=f"Stațiunea viticolă de probă {lead.language}",
        kind="institute",
        registry_number=REGISTRY_NUMBER[lead.language],
        district="MD-CA",
        city="Cahul",
        website="https://proba.example.org",
        description_ro="O stațiune viticolă inventată pentru această probă.",
        given_name="Pavel",
        family_name="Rotaru",
        position="Director",
    )
    lead.send()


def record_letter(officer: Person) -> None:
    """The lead's address is in no domain of the institution: a letter proves who acts for it."""
    form = officer.page.locator('form[action$="/letter"]')
    officer.page.locator("details.act-reason", has=form).locator("summary").click()
    form.locator('[name="dated_on"]').fill(str(clock.local_day(clock.now())))
    form.locator('[name="signed_by"]').fill("Pavel Rotaru, director")
    form.locator("button").click()
    officer.page.wait_for_load_state()
    expect(officer.page.locator(".error-summary, .notice-refused")).to_have_count(0)


def open_call(officer: Person) -> str:
    """A new call with rules, a rate and its chair; its name in Romanian."""
    name = f"Apel de probă {officer.language}"
    officer.go("/staff/calls")
    officer.page.locator(
        'main a[href*="/calls/new"], main a[href$="/new-call"], main a[href*="new_call"]'
    ).first.click()
    officer.fill(
        name_ro=name,
        name_ru=f"Пробный конкурс {officer.language}" if officer.language == "ru" else "Пробный конкурс",
        name_en=f"Trial call {officer.language}",
        code=f"trial-{officer.language}",
        kind="rolling",
        opens_on=TODAY.isoformat(),
        deadline=(TODAY + timedelta(120)).isoformat(),
        modes=["on_site", "hybrid"],
        least_days="7",
        most_days="30",
        seats="3",
        budget="120 000,00",
        currency="MDL",
        use_lives_abroad=True,
    )
    officer.send()
    officer.fill(
        kind="per_diem",
        unit="day",
        amount="900,00",
        source="Probă",
        valid_from=(TODAY - timedelta(1)).isoformat(),
    )
    officer.send()
    call_id = officer.id_at("/staff/calls/ID")
    officer.go(f"/staff/calls/{call_id}/commission")
    officer.fill(
        chair=officer.page.locator('main [name="chair"] option:not([value=""])').first.get_attribute("value")
        or ""
    )
    officer.send()
    officer.act("/open")
    return call_id


def write_placement(lead: Person, texts: dict[str, str], call_id: str) -> str:
    """Complete terms of reference, sent to the officers; the placement's id."""
    lead.go("/")
    lead.page.locator('main a[href$="/placements/new"]').click()
    lead.fill(
        call_id=call_id,
        language=lead.language,
        title=texts["post"],
        summary=texts["summary"],
        tasks=texts["abstract"],
        results=texts["summary"],
        transfer=texts["interests"],
        beneficiaries=texts["title"],
        required_profile=texts["abstract"],
        fields__0="4.1",
        languages__0__code="ro",
        languages__0__level="B2",
        starts_on=(TODAY + timedelta(160)).isoformat(),
        ends_on=(TODAY + timedelta(240)).isoformat(),
        length_days="14",
        mode="on_site",
        seats="1",
        district="MD-CA",
        supervisor_name="Maria Ceban",
        supervisor_position="Agronom",
        supervisor_email="maria.ceban@example.org",
        counterpart_name="Petru Lungu",
        counterpart_position="Agronom",
        closes_on=(TODAY + timedelta(90)).isoformat(),
    )
    lead.send()
    placement_id = lead.id_at("/institution/placements/ID")
    lead.act("/submit")
    return placement_id


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_from_sign_up_to_the_letter(browser: Browser, site: Site, language: str) -> None:
    texts = TEXTS[language]
    scientist = Person(browser, site, language, f"elena.{language}@example.org")
    lead = Person(browser, site, language, f"pavel.{language}@example.org")
    officer = Person(browser, site, language, "officer@example.org").sign_in()
    chair = Person(browser, site, language, "reviewer@example.org").sign_in()

    # 1. the scientist signs up, proves the address, fills the profile, consents, sends it
    scientist.sign_up(PASSWORD)
    fill_profile(scientist, texts)
    officer.go("/staff/candidates?state=submitted")
    officer.page.locator('main tbody a[href*="/staff/candidates/"]').last.click()
    officer.sees(FAMILY[language])
    officer.act("/admit")

    # 2. the institution registers, an officer verifies it
    lead.sign_up(PASSWORD)
    register_institution(lead)
    officer.go("/staff/institutions?state=registered")
    officer.page.locator("main tbody a", has_text=f"Stațiunea viticolă de probă {language}").click()
    record_letter(officer)
    officer.act("/verify")

    # 3. staff open a call; 4. the institution posts, an officer asks for changes, then publishes
    call_id = open_call(officer)
    placement_id = write_placement(lead, texts, call_id)
    officer.go(f"/staff/placements/{placement_id}")
    officer.act("/request_changes", "Numiți și vârsta viilor.")
    lead.go(f"/institution/placements/{placement_id}")
    lead.sees("Numiți și vârsta viilor.")
    lead.go(f"/institution/placements/{placement_id}/edit")
    lead.fill(desired_profile=texts["title"])
    lead.send()
    lead.act("/submit")
    officer.go(f"/staff/placements/{placement_id}")
    officer.act("/publish")

    # 5. the matcher suggests, with reasons; the institution learns no name
    site.work()
    scientist.go("/")
    scientist.sees(texts["post"])
    officer.go("/staff/matches")
    officer.sees(texts["post"])
    lead.go(f"/institution/placements/{placement_id}/candidates")
    lead.does_not_see("Elena", FAMILY[language], "Foarteascuns", texts["title"], scientist.email)

    # 6. application, eligibility, nomination, decision, offer, acceptance
    scientist.go(f"/placements/{placement_id}")
    scientist.page.locator(f'main a[href$="/placements/{placement_id}/apply"]').first.click()
    scientist.fill(motivation=texts["interests"])
    scientist.send()
    pairing_id = scientist.id_at("/candidatures/ID")
    case = f"/candidatures/{pairing_id}"
    lead.go(case)
    lead.sees(FAMILY[language])
    for person, act, reason in (
        (officer, "find_eligible", ""),
        (lead, "nominate", ""),
        (officer, "send_to_commission", ""),
        (chair, "approve", "Plan clar."),
        (officer, "offer", ""),
        (scientist, "accept", ""),
    ):
        person.go(case)
        person.act(f"/{act}", reason)

    # 7. the letter is in the candidate's hands, and both sides have their mail
    scientist.go(case)
    scientist.page.locator(
        'main a[href$="/assignment"], main a[href*="/assignments/"], main a[href$="/stay"]'
    ).first.click()
    letter = scientist.download('main a[href$=".pdf"]')
    text = "".join(page.extract_text() for page in PdfReader(letter.path()).pages)
    assert FAMILY[language] in text
    scientist.follow_mail()
    assert "/assignments/" in scientist.page.url
    lead.follow_mail()
    assert "/assignments/" in lead.page.url
    for person in (scientist, lead, officer, chair):
        person.is_content()
