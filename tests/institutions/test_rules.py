from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.institutions import rules
from diaspora.institutions.rules import (
    Evidence,
    InstitutionFacts,
    InstitutionState,
    RenewalStage,
    compact_ror_id,
    is_ror_id,
    same_domain,
    web_address,
)

# ids of Moldovan organisations as ROR publishes them
REAL = ["02b82hk77", "0475kvb92", "03eaxvz05", "05rqjcx81", "00pp57x97"]


@pytest.mark.parametrize("ror_id", REAL)
def test_published_ror_ids_are_well_formed(ror_id: str) -> None:
    assert is_ror_id(ror_id)
    assert is_ror_id(compact_ror_id(f" https://ror.org/{ror_id.upper()} "))


@given(st.sampled_from(REAL), st.integers(1, 8), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_one_wrong_character_in_a_ror_id_is_found(ror_id: str, place: int, character: str) -> None:
    wrong = ror_id[:place] + character + ror_id[place + 1 :]
    assert is_ror_id(wrong) == (wrong == ror_id)


@pytest.mark.parametrize(
    "text", ["", "02b82hk7", "12b82hk77", "02b82hi77", "02b82hk7x", "02b82hk77\n", "٠2b82hk77"]
)
def test_other_texts_are_no_ror_ids(text: str) -> None:
    assert not is_ror_id(text)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("www.usm.md", "https://www.usm.md"),
        ("http://usm.md/en", "http://usm.md/en"),
        ("https://usm.md:8080/", "https://usm.md:8080/"),
        ("javascript://usm.md/%0aalert(1)", None),
        ("javascript:alert(1)", None),
        ("ftp://usm.md", None),
        ("https://rector@usm.md", None),
        ("https://usm", None),
        ("https://usm.md/a b", None),
        ("https://[usm.md", None),
        ("https://usm.md:port", None),
        ("usm", None),
    ],
)
def test_only_web_addresses_are_websites(typed: str, address: str | None) -> None:
    assert web_address(typed) == address


@pytest.mark.parametrize(
    ("email", "website", "same"),
    [
        ("ion@usm.md", "https://www.usm.md/en", True),
        ("ion@USM.md", "https://usm.md", True),
        ("ion@chem.usm.md", "https://usm.md", True),
        ("ion@gmail.com", "https://usm.md", False),
        ("ion@notusm.md", "https://usm.md", False),
        ("ion@md", "https://usm.md", False),
        ("ion@usm.md.example.org", "https://usm.md", False),
        ("ion@usm.md", "", False),
        ("ion@usm.md", "https://chem.usm.md", True),
        ("ion@usm.md.", "https://USM.md./", True),
        ("ion@mec.gov.md", "https://www.mec.gov.md", True),
        ("ion@gov.md", "https://mec.gov.md", False),
        ("ion@msmps.gov.md", "https://mec.gov.md", False),
        ("ion@gov.md", "https://gov.md", False),
        ("ion@edu.md", "https://scoala.edu.md", False),
        ("ion@lyceum.edu.md", "https://scoala.edu.md", False),
        ("ion@gmail.com", "https://gmail.com", False),
        ("ion@mail.md", "https://www.mail.md", False),
        ("ion@mail.md", "https://primaria.mail.md", False),
        ("ion@co.uk", "https://firm.co.uk", False),
        ("ion@other.co.uk", "https://firm.co.uk", False),
        ("ion@hosting.example", "https://firm.hosting.example", False),
        ("", "https://usm.md", False),
    ],
)
def test_an_address_belongs_to_a_website_by_its_domain(email: str, website: str, same: bool) -> None:
    assert same_domain(email, website) is same


LABEL = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)


@given(st.sampled_from(sorted(rules.SHARED_DOMAINS)), LABEL)
def test_a_domain_that_many_share_proves_nothing(shared: str, name: str) -> None:
    assert not same_domain(f"ion@{shared}", f"https://{shared}")
    assert not same_domain(f"ion@{shared}", f"https://{name}.{shared}")


@given(LABEL, LABEL, LABEL, LABEL)
def test_an_address_fits_only_from_its_end_and_only_at_a_dot(own: str, more: str, end: str, sub: str) -> None:
    website = f"https://www.{own}.{end}x"
    assert same_domain(f"ion@{sub}.{own}.{end}x", website)
    assert not same_domain(f"ion@{more}{own}.{end}x", website)
    assert not same_domain(f"ion@{own}.{end}x.{more}y", website)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_comparison(email: str, host: str) -> None:
    address = web_address(host)
    assert same_domain(email, address or "") in {True, False}


def test_each_guard_of_a_verification_refuses_for_its_own_fact() -> None:
    assert rules.registry_number(InstitutionFacts()) is None
    assert rules.evidence(InstitutionFacts(evidence=Evidence.LETTER)) is None
    assert rules.registry_number(InstitutionFacts(numbered=False)) is not None
    assert rules.evidence(InstitutionFacts(evidence=None)) is not None


@given(st.integers(-100, 100))
def test_a_verification_is_due_for_sixty_days_and_its_last_day_belongs_to_it(days: int) -> None:
    today = date(2026, 11, 2)
    stage = rules.renewal_stage(InstitutionState.VERIFIED, today + timedelta(days=days), today)
    expected = RenewalStage.PASSED if days < 0 else RenewalStage.DUE if days <= 60 else None
    assert stage is expected
    assert rules.renewal_stage(InstitutionState.SUSPENDED, today + timedelta(days=days), today) is None
