"""Where a link may lead on to, and how long somebody waits who guesses."""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.accounts import rules
from diaspora.accounts.rules import LIMITS, Counted
from tests.factories import NOW

SITE = "https://site.example/en/login"
HOSTILE = st.lists(
    st.sampled_from(
        ["/", "//", "\\", "\t", "\n", "\r", "\0", "@", ":", "?", "#", "%2f", "%5c", "%09", ".", "..", "/./",
         " ", "https:", "javascript:", "evil.example", "／", "⁄", "。", "\u202e", "\u2028", "[", "]"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


def as_a_browser_reads_it(address: str) -> str:
    """WHATWG: tabs and line breaks go, spaces and controls around it go, a backslash is a slash."""
    kept = "".join(c for c in address if c not in "\t\n\r").strip("".join(map(chr, range(33))))
    return kept.replace("\\", "/")


@given(st.one_of(HOSTILE, HOSTILE.map(lambda text: f"/{text}"), st.text(max_size=60).map(lambda t: f"/{t}")))
def test_no_address_leads_to_another_site(address: str) -> None:
    found = rules.safe_next(address)
    assert found in {None, address}
    if found is not None:
        target = urlsplit(urljoin(SITE, as_a_browser_reads_it(found)))
        assert (target.scheme, target.netloc) == ("https", "site.example")
        assert not {"\r", "\n", "\0", "\t", "\\"} & set(found)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example",
        "https://evil.example", "javascript:alert(1)", "evil.example", "", None, " //evil.example",
        "/\u2028x", "/" + "x" * rules.LONGEST_NEXT, "/en/x\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_hostile_addresses_are_dropped(address: str | None) -> None:
    assert rules.safe_next(address) is None


@pytest.mark.parametrize("address", ["/", "/en/", "/ro/placements?q=sol+și+apă#x", "/ru/profile/claim/a-_1"])
def test_paths_of_this_site_are_kept(address: str) -> None:
    assert rules.safe_next(address) == address


@given(st.sampled_from(list(Counted)), st.integers(0, 500), st.integers(0, 200_000))
def test_waits_grow_and_always_end(counted: Counted, number: int, seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    left = rules.wait_left(counted, number, NOW, now)
    assert timedelta(0) <= left <= timedelta(hours=1)
    assert left <= rules.wait_left(counted, number + 1, NOW, now)
    assert rules.wait_left(counted, number, NOW, NOW + timedelta(hours=1)) == timedelta(0)
    assert rules.wait_left(counted, 0, NOW, now) == timedelta(0)


@pytest.mark.parametrize("counted", list(Counted))
def test_each_table_of_waits_is_in_order(counted: Counted) -> None:
    waits = LIMITS[counted].waits
    assert list(waits) == sorted(waits)
    assert len({number for number, _wait in waits}) == len(waits)
    assert all(wait <= LIMITS[counted].period for _number, wait in waits)


def test_the_first_wait_comes_with_the_fifth_failure() -> None:
    assert rules.wait_left(Counted.SIGN_IN, 4, NOW, NOW) == timedelta(0)
    assert rules.wait_left(Counted.SIGN_IN, 5, NOW, NOW) == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"), ("", ""), (None, ""), ("not one", ""),
    ],
)  # fmt: skip
def test_only_the_beginning_of_an_address_is_kept(address: str | None, network: str) -> None:
    assert rules.network_of(address) == network
