import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.institutions.rules import compact_ror_id, is_ror_id, same_domain, web_address

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
    ],
)
def test_an_address_belongs_to_a_website_by_its_domain(email: str, website: str, same: bool) -> None:
    assert same_domain(email, website) is same
