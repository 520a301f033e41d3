"""Log in with the clinic's own OpenID Connect provider."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import pytest_django
import requests
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client

from checkin.actions import mailing, staff, staff_invitations
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Role, Staff
from checkin.queries.second_factors import find_staff_of_provider
from checkin.rules import staff_accounts
from checkin.web.single_sign_on import StaffSocialAdapter
from clinic.environment import read_single_sign_on
from tests import make

ISSUER = "https://login.clinic.example"
CONFIG = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/me",
    "jwks_uri": f"{ISSUER}/keys",
}


class Provider:
    """Answers as the clinic's provider would, and names one person."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "77", "email": "dana@brook.example", "email_verified": True}
        self.is_away = False
        self.token: dict[str, Any] = {}

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def get(self, url: str, **_: Any) -> requests.Response:
        if self.is_away:
            raise requests.ConnectionError
        return self.answer(CONFIG if "well-known" in url else self.claims)

    def request(self, _method: str, _url: str, **_: Any) -> requests.Response:
        now = int(time.time())
        about = {"iss": ISSUER, "aud": "brought-by", "sub": "77", "exp": now + 60, "auth_time": now}
        token = jwt.encode(about | self.token, "k" * 32)
        return self.answer({"access_token": "t", "token_type": "Bearer", "id_token": token})

    def answer(self, said: dict[str, Any]) -> requests.Response:
        made = requests.Response()
        made.status_code = 200
        made.headers["content-type"] = "application/json"
        made._content = json.dumps(said).encode()
        return made


@pytest.fixture
def provider(settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch, dana: Staff) -> Provider:
    for name, value in {"ISSUER": ISSUER, "CLIENT_ID": "brought-by", "CLIENT_SECRET": "s"}.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = read_single_sign_on()
    made = Provider()
    monkeypatch.setattr(StaffSocialAdapter, "get_requests_session", lambda _: made)
    dana.email = "Dana@brook.example"
    dana.save()
    return made


def sign_on(browser: Client, wanted: str = "/promises/") -> Any:
    """Go to the provider and come back as it sends people back."""
    went = browser.get("/account/sso/", {"next": wanted})
    asked = parse_qs(urlsplit(went.url).query)
    assert went.url.startswith(f"{ISSUER}/authorize?")
    assert asked["redirect_uri"] == ["http://testserver/account/sso/clinic/done/"]
    return browser.get("/account/sso/clinic/done/", {"code": "c", "state": asked["state"][0]})


def test_the_person_with_that_address_is_logged_in_and_nothing_is_kept(
    client: Client, provider: Provider, dana: Staff
) -> None:
    assert "Log in with your clinic&#x27;s account" in client.get("/account/login/").content.decode()
    assert sign_on(client).url == "/promises/"
    assert client.get("/promises/").context["user"] == dana
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@brook.example"},
        {"email": ""},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"sub": "78"},
    ],
)
def test_somebody_unknown_gets_no_account(client: Client, provider: Provider, claims: dict[str, Any]) -> None:
    provider.claims |= claims
    people = Staff.objects.count()
    answer = sign_on(client)
    assert answer.url == "/account/login/?sso=unknown"
    assert "nobody is logged in" in client.get(answer.url).content.decode()
    assert client.get("/").status_code == 302
    assert Staff.objects.count() == people and not SocialAccount.objects.exists()


def test_an_address_is_nobodys_unless_the_provider_says_that_it_is_verified(
    client: Client, provider: Provider
) -> None:
    """A provider that lets people type any address, and says nothing of it, opened anybody's account."""
    del provider.claims["email_verified"]
    assert sign_on(client).url == "/account/login/?sso=unknown"


@pytest.mark.parametrize("asked", [None, -3600, -60, "soon", True])
def test_a_login_that_the_provider_still_had_opens_nothing(
    client: Client, provider: Provider, asked: object
) -> None:
    """Whoever pressed the button at a locked desk was let in as the person before."""
    provider.token["auth_time"] = int(time.time()) + asked if type(asked) is int else asked
    answer = sign_on(client)
    assert answer.url == "/account/login/?sso=old"
    assert "did not say that it has just asked" in client.get(answer.url).content.decode()
    assert client.get("/").status_code == 302


def test_the_provider_is_asked_to_ask_again_and_for_nothing_that_the_address_names(
    client: Client, provider: Provider
) -> None:
    said = {"auth_params": "prompt=none&max_age=9999", "scope": "admin", "action": "reauthenticate"}
    went = client.get("/account/sso/", said | {"process": "redirect", "next": "https://evil.example/"})
    asked = parse_qs(urlsplit(went.url).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"} and asked["code_challenge"]
    done = client.get("/account/sso/clinic/done/", {"code": "c", "state": asked["state"][0]})
    assert done.url == "/"


def test_whoever_left_is_not_let_in(client: Client, provider: Provider, dana: Staff) -> None:
    dana.is_active = False
    dana.save()
    assert sign_on(client).url == "/account/login/?sso=unknown"


def test_an_address_of_two_people_is_nobodys(client: Client, provider: Provider, noor: Staff) -> None:
    noor.email = "dana@brook.example"
    noor.save()
    assert sign_on(client).url == "/account/login/?sso=unknown"


def test_an_address_is_on_one_account_of_the_whole_server_where_it_is_a_login(
    client: Client, provider: Provider, dana: Staff, noor: Staff
) -> None:
    """A manager of another clinic put it on an account of theirs, and its holder was "unknown"."""
    hill = make.clinic("Hill Clinic")
    boss, employee = make.staff(hill, "boss", Role.MANAGER), make.staff(hill, "employee")
    facts, hers = staff.staff_facts(employee), "DANA@brook.example"
    wanted = facts._replace(email=hers)
    with pytest.raises(Refused, match="This address is on another account already") as refused:
        staff.change_staff(person=employee, to=wanted, shown=facts.mark, by=boss, at=make.at())
    assert "Dana" not in refused.value.sentence
    with pytest.raises(Refused, match="on another account"):
        mailing.set_staff_email(person=employee, address=hers, by=None, at=make.at())
    new = facts._replace(email=hers, name="New")
    with pytest.raises(Refused, match="on another account"):
        staff_invitations.invite_staff(clinic=hill, username="new", facts=new, key="k", by=boss, at=make.at())
    assert "sso=" not in sign_on(client).url
    assert not Staff.objects.filter(username="new").exists()
    mailing.set_staff_email(person=dana, address="dana@BROOK.example", by=None, at=make.at())


@pytest.mark.django_db(transaction=True)
def test_of_two_clinics_that_give_out_one_address_at_once_one_is_refused(provider: Provider) -> None:
    people = [make.staff(make.clinic(f"Clinic {one}"), f"person{one}") for one in range(2)]
    start, said = threading.Barrier(2), []

    def give(person: Staff) -> None:
        start.wait()
        try:
            mailing.set_staff_email(person=person, address="new@brook.example", by=None, at=make.at())
        except Refused as refused:
            said.append(refused.sentence)
        finally:
            connection.close()

    hands = [threading.Thread(target=give, args=(person,)) for person in people]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert said == [staff_accounts.SHARED_ADDRESS]
    assert Staff.objects.filter(email="new@brook.example").count() == 1


def test_nobody_changes_their_own_address_where_it_is_a_login(
    provider: Provider, dana: Staff, ada: Staff, as_: Callable[[Staff], Client]
) -> None:
    """Somebody at an open desk set their own address, and logged in as that person ever after."""
    browser, said = as_(dana), {"address": "eve@brook.example", "password": make.PASSWORD}
    page = browser.get("/account/email/").content.decode()
    assert "ask another administrator or manager" in page and 'name="address"' not in page
    browser.post("/account/email/", said)
    assert Staff.objects.get(pk=dana.pk).email == "Dana@brook.example"
    for person in (ada, dana):
        facts = staff.staff_facts(person)
        wanted = facts._replace(email="eve@brook.example")
        with pytest.raises(NotAllowed, match="nobody changes their own") if person == ada else nullcontext():
            staff.change_staff(person=person, to=wanted, shown=facts.mark, by=ada, at=make.at())
    assert Staff.objects.get(pk=dana.pk).email == "eve@brook.example"


def test_where_the_username_is_the_login_the_address_is_ones_own(
    provider: Provider, settings: Any, monkeypatch: pytest.MonkeyPatch, dana: Staff, max_: Staff
) -> None:
    monkeypatch.setenv("OIDC_MATCH", "username")
    settings.SOCIALACCOUNT_PROVIDERS = read_single_sign_on()
    mailing.set_staff_email(person=dana, address="new@brook.example", by=dana, at=make.at())
    assert Staff.objects.get(pk=dana.pk).email == "new@brook.example"
    mailing.set_staff_email(person=max_, address="new@brook.example", by=max_, at=make.at())


def test_a_username_matches_only_where_the_clinic_says_so(provider: Provider, dana: Staff) -> None:
    said = {"preferred_username": "DANA", "email": "x@brook.example"}
    assert find_staff_of_provider(said, match="username") == dana
    assert find_staff_of_provider(said, match="email") is None
    assert find_staff_of_provider({}, match="username") is None
    elodie = make.staff(dana.clinic, "élodie")
    assert find_staff_of_provider({"preferred_username": "ÉLODIE"}, match="username") == elodie


@pytest.mark.parametrize(
    ("here", "said"),
    [
        ("strauß", "strauss"),
        ("strauss", "strauß"),
        ("strauss", "ſtrauss"),
        ("dana2", "ｄａｎａ２"),
        ("dana2", "dana²"),
        ("fiona", "ﬁona"),
        ("dana2", "da\u200bna2"),
        ("dana2", " dana2"),
    ],
)
def test_a_name_of_the_provider_finds_nobody_whose_name_is_only_like_it(
    brook: Clinic, here: str, said: str
) -> None:
    """Whoever may choose a name at the provider would be let in as somebody else."""
    make.staff(brook, here)
    assert find_staff_of_provider({"preferred_username": said}, match="username") is None


@pytest.mark.parametrize("said", ["Élodie", "E\u0301LODIE", "élodie"])
def test_a_name_of_the_provider_that_two_accounts_have_is_nobodys(brook: Clinic, said: str) -> None:
    for here in ("élodie", "e\u0301lodie"):
        make.staff(brook, "made")
        Staff.objects.filter(username="made").update(username=here, is_active=here == "élodie")
    assert find_staff_of_provider({"preferred_username": said}, match="username") is None


@pytest.mark.parametrize("said", ["dına@brook.example", "dina@brook.example ", "ſtan@brook.example"])
def test_an_address_of_the_provider_finds_nobody_whose_address_is_only_like_it(
    brook: Clinic, said: str
) -> None:
    """PostgreSQL compares addresses in capitals, which "ı" and "i" have in common."""
    make.staff(brook, "dina", email="dina@brook.example")
    make.staff(brook, "stan", email="stan@brook.example")
    claims = {"email": said, "email_verified": True}
    assert find_staff_of_provider(claims, match="email") is None
    exact = claims | {"email": "DINA@brook.example"}
    assert find_staff_of_provider(exact, match="email") == Staff.objects.get(username="dina")


def test_an_answer_that_nobody_asked_for_logs_nobody_in(client: Client, provider: Provider) -> None:
    client.get("/account/sso/clinic/done/", {"code": "c", "state": "forged"})
    assert client.get("/").status_code == 302


def test_a_logged_in_person_cannot_tie_an_account_to_theirs(
    client: Client, provider: Provider, noor: Staff
) -> None:
    client.force_login(noor)
    went = client.get("/account/sso/", {"process": "connect"})
    state = parse_qs(urlsplit(went.url).query)["state"][0]
    client.get("/account/sso/clinic/done/", {"code": "c", "state": state})
    assert not SocialAccount.objects.exists()


def test_when_the_provider_is_away_the_login_page_says_so(client: Client, provider: Provider) -> None:
    provider.is_away = True
    answer = client.get("/account/sso/")
    assert answer.url == "/account/login/?sso=away"
    assert "does not answer just now" in client.get(answer.url).content.decode()


def test_a_clinic_without_a_provider_has_no_such_page(client: Client, dana: Staff) -> None:
    assert client.get("/account/sso/").status_code == 404
    assert client.get("/account/sso/clinic/done/").status_code == 404
    assert "Log in with your" not in client.get("/account/login/").content.decode()
