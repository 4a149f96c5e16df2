"""Writing terms of reference: chapters, examples, preview, copies, and what was typed and not sent."""

import pytest

from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.placements import builder
from diaspora.placements.models import Placement
from diaspora.placements.rules import CHAPTERS, LENGTHS, NEEDED, TERMS, PlacementState, Terms
from diaspora.platform.access import Role
from diaspora.platform.languages import LANGUAGES
from tests import factories
from tests.client import CheckedClient
from tests.placements.test_routes import editor, lead, text

S = PlacementState


def test_every_part_is_written_in_one_chapter() -> None:
    parts = [part for parts in CHAPTERS.values() for part in parts]
    assert sorted(parts) == sorted(Terms.__dataclass_fields__)
    assert set(parts) - set(NEEDED) == {"desired_profile"}


def test_a_chapter_names_what_it_lacks() -> None:
    found = {chapter.key: [part for part, _name in chapter.missing] for chapter in builder.chapters(Terms())}
    assert found["handling"] == ["call_id", "closes_on"]
    assert "desired_profile" not in found["person"]
    whole = builder.chapters(Terms(**dict.fromkeys(Terms.__dataclass_fields__, "x")))  # type: ignore[arg-type]
    assert all(not chapter.missing for chapter in whole)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_follow_the_advice_that_they_stand_beside(language: str) -> None:
    found = builder.examples(language)
    assert len(found) == len(builder.examples("en"))
    for example in found:
        assert set(example) == {"kind", *TERMS, "time", "host", "handling"}
        for part, (least, most) in LENGTHS.items():
            assert least <= len(example[part].split()) <= most, (example["kind"], part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_stand_beside_the_parts_in_the_readers_language(
    client: CheckedClient, language: str
) -> None:
    host = factories.institution()
    page = text(
        client.sign_in(host.memberships[0].account), f"/{language}/institution/{host.id}/placements/new"
    )
    assert builder.examples(language)[0]["kind"] in page
    assert page.count('<details class="examples">') == len(TERMS) + 3


def test_gaps_lead_to_their_fields(client: CheckedClient) -> None:
    placement = factories.placement(state=S.DRAFT, results="")
    base = f"/en/institution/placements/{placement.id}"
    client.sign_in(lead(placement))
    assert f'href="{base}/edit#results"' in text(client, base)
    page = text(client, f"{base}/edit")
    assert 'href="#results"' in page
    assert "1 part is missing" in page


def test_members_alone_preview_and_read_what_the_public_will(client: CheckedClient) -> None:
    placement = factories.placement(state=S.DRAFT)
    path = f"/en/placements/{placement.id}/preview"
    for account in (lead(placement), editor(placement)):
        page = text(client.sign_in(account), path)
        assert "the public cannot see this page now" in page
        assert placement.tasks in page
        assert "/apply" not in page
        assert "maria.ceban@example.org" not in page
    text(client.sign_in(factories.institution().memberships[0].account), path, 404)
    text(client.sign_in(factories.account(Role.OFFICER)), path, 403)


def test_a_preview_of_a_public_post_says_that_it_is_public(client: CheckedClient) -> None:
    placement = factories.placement()
    page = text(client.sign_in(lead(placement)), f"/en/placements/{placement.id}/preview")
    assert "the public reads this page as you see it here" in page
    assert "cannot see this page now" not in page


def test_an_earlier_post_is_copied_from_the_list(client: CheckedClient) -> None:
    placement = factories.placement(state=S.WITHDRAWN)
    client.sign_in(lead(placement))
    path = f"/en/institution/placements/{placement.id}/copy"
    assert f'action="{path}"' in text(client, f"/en/institution/{placement.institution_id}/placements")
    made_id = client.post(path).headers["Location"].split("/")[-2]
    assert client.get(f"/en/institution/placements/{made_id}").status_code == 200
    assert client.get(path).status_code == 405, "looking at an address copies nothing"


def test_what_was_typed_and_not_sent_comes_back_and_goes_when_it_is_saved(client: CheckedClient) -> None:
    placement = factories.placement(state=S.DRAFT)
    client.sign_in(lead(placement))
    path = f"/en/institution/placements/{placement.id}/edit"
    key = f"placement.{placement.id}"
    typed = {
        "_base": str(placement.version), "title": "Half a title", "seats": "1",
        "fields-0": "1.1", "languages-0-code": "en", "languages-0-level": "B1",
    }  # fmt: skip
    assert client.post(f"/en/account/drafts/{key}", data=typed).status_code == 200
    page = text(client, path)
    assert "Half a title" in page
    assert '<option selected value="1.1">' in page
    assert client.post(path, data={**typed, "version": str(placement.version)}).status_code == 302
    assert db.session.get_one(Placement, placement.id).title == "Half a title"
    assert "kept-notice" not in text(client, path)


def test_what_was_typed_before_somebody_else_saved_is_not_put_over_their_words(client: CheckedClient) -> None:
    placement = factories.placement(state=S.DRAFT)
    client.sign_in(lead(placement))
    typed = {"_base": str(placement.version), "title": "Mine"}
    client.post(f"/en/account/drafts/placement.{placement.id}", data=typed)
    placement.title = "Theirs"
    db.session.commit()
    page = text(client, f"/en/institution/placements/{placement.id}/edit")
    assert "Theirs" in page
    assert 'value="Mine"' not in page


def test_a_post_of_a_suspended_institution_is_previewed_as_not_public(client: CheckedClient) -> None:
    placement = factories.placement(institution=factories.institution(state=InstitutionState.SUSPENDED))
    page = text(client.sign_in(lead(placement)), f"/en/placements/{placement.id}/preview")
    assert "the public cannot see this page now" in page
