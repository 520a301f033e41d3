"""GET /kiosk/done/…/: the name for today, for a tablet without script."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from checkin.actions import clinics
from checkin.models import Location
from tests import make


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("blue-castle/", "Blue Castle"),
        ("little-blue-castle/", "Little Blue Castle"),
        ("purple-camera/?language=es", "Cámara morada"),
        ("blue-turtle-2/", "Blue Turtle 2"),
        ("blue-turtle/?language=es", "Tortuga azul"),
        ("gold-squirrel/?language=es", "Ardilla dorada"),
    ],
)
def test_it_shows_the_name_for_today_and_returns_to_the_kiosk(
    tablet: Client, address: str, words: str
) -> None:
    answer = tablet.get(f"/kiosk/done/{address}")
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (200, True)
    assert '<meta http-equiv="refresh" content="60;url=/kiosk/">' in page
    assert "<svg" in page


def test_it_can_be_kept_longer_and_says_what_to_do(tablet: Client) -> None:
    address = "/kiosk/done/blue-turtle/?language=en"
    page = tablet.get(address).content.decode()
    assert "This screen clears itself after 60 seconds." in page
    assert f'<a href="{address}">Show it longer</a>' in page
    assert "If your child gets worse" in page
    assert "<title>You are signed in · Brook Street Clinic</title>" in page


def test_it_says_where_to_wait_as_the_clinic_wrote_it(tablet: Client, front: Location) -> None:
    clinics.set_where_to_wait(location=front, text="  The chairs by\n the <big> window ", at=make.at())
    waits = '<bdi lang="en">The chairs by the &lt;big&gt; window</bdi>'
    for address in ("/kiosk/", "/kiosk/done/blue-turtle/"):
        for language, sentence in (("en", "Where to wait: "), ("es", "Dónde esperar: ")):
            page = tablet.get(f"{address}?language={language}").content.decode()
            # A family to whom somebody is coming stays by the tablet instead.
            assert f'<p class="lead" data-sit>{sentence}{waits}</p>' in page


def test_without_a_place_it_names_none(tablet: Client) -> None:
    page = tablet.get("/kiosk/done/blue-turtle/?language=en").content.decode()
    assert "Please take a seat. When it is your turn, we call you by this name." in page
    assert "Where to wait" not in page


@pytest.mark.parametrize("said", ["", "&notes_wanted=school&approach=greet&interpreter=1"])
def test_it_repeats_no_answer_from_its_address(tablet: Client, said: str) -> None:
    page = tablet.get(f"/kiosk/done/blue-turtle/?language=en{said}").content.decode()
    lines = re.findall(r"<li data-asked-for[^>]*>", page)
    assert lines and all(" hidden" in line for line in lines)
    assert re.search(r"<ul[^>]* hidden>", page)


def test_whoever_asked_to_talk_is_told_that_someone_comes(tablet: Client) -> None:
    form = {"help": "1", "language": "en"}
    answer = tablet.post("/kiosk/sign-ins/", form, headers={"Accept": "text/html"})
    assert answer["Location"] == "/kiosk/done/blue-castle/?language=en&talk=1"
    assert 'class="stage for-help"' in tablet.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("slug", ["red-dragon", "blue", "turtle-blue", "blue-turtle-0", "blue-turtle-x", "-"])
def test_an_unknown_name_shows_a_plain_welcome(tablet: Client, slug: str) -> None:
    answer = tablet.get(f"/kiosk/done/{slug}/")
    assert answer.status_code == 200
    assert "We know you are here." in answer.content.decode()
    assert "<svg" not in answer.content.decode()


def test_any_other_method_is_405(tablet: Client) -> None:
    assert tablet.post("/kiosk/done/blue-turtle/").status_code == 405
