"""Placeholders for an unknown name or birth date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import name_likeness
from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_evidence import weigh_patient_record
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.placeholder_names import (
    is_name_of_nobody,
    is_placeholder_birth_date,
    is_placeholder_family_name,
    is_placeholder_name,
    is_placeholder_person,
)

NO_NAMES = """
Babyboy1|Baby boy|BABYBOY|Babyboy 1|baby_girl|Baby-Girl 2|babygirl2|Babygirla|BabyBoyA|Baby 1|Baby#1
Baby G|babyg
Baby Twin A|Baby(Boy)|baby boy two|Baby (unnamed)|Unnamed Baby|Boy Baby|Maria's baby|Baby of Mia|babyofmia
Baby Boy Smith|B/O Maria|B/O  Mia|b.o. maria|BO Maria|S/O Rahul|D/O Ana|BOY/O Ana|B/G Ana|BG|BB
BBoy|BGirl Smith
Newborn|Newborn Girl|newborn2|newborngirl|Newborn Boy Garcia|NB Girl|Infant|Infant1|Infant Male|infantmale
Infant of Mary|Infant Girl of Ana|Male Infant|Neonate|Neonato|Twin|Twin A|Twin-1|Twin1|twinone
TWIN#2|Twin B Girl
TwinGirl|Twin Boy A|GIRL-TWIN B|girl twin|Triplet C|Boy|boy2|Boy B|Girl A|Girl 1|Girl of Ana|Male 1
Female|Child 2
RN|RN de Ana|RN Ana|Recién nacido|Recien Nacida de Ana|Recém-nascido|Hijo de Maria|Bebé|Bebé de Ana
Bebé niña|niño
Niña 2|Gemelo 2|Sin nombre|Unknown|No name|N/A|Test|XX|Nouveau-né
"""
IN_MANY_LANGUAGES = """
Bebek|Bebek Kız|نوزاد|نوزاد دختر|Новорожденный
Новорождённая девочка|Младенец|Мальчик 2|婴儿|嬰兒|女婴|王芳之子|王宝宝|宝宝|赤ちゃん|新生児
ベビー|아기|김아기|신생아|طفل|مولود|مولودة 1|ابن فاطمة|بيبي|शिशु|बेबी|শিশু
Bé gái|Bé trai|Em bé|Con gái|Chưa đặt tên|Nyfödd|Nyfødt
Nourrisson|Säugling|Saeugling|Kind|Kind 2|Kind von Anna|Dziecko
Noworodek|Bambino|Bambina|Nena|Menino|Recém-nascido de Ana
Mtoto wa Amina|Anak ni Maria|Bayi Ny. Siti|Ti bebe|Sanggol|Vauva|μωρό|תינוק|ทารก|ሕፃን
no name yet|No Name Given|not named yet|my son|My Daughter
the baby|our girl|mi hijo|Mi hija|mon fils|mein Sohn|la niña
kid|toddler|Kid 2|Maria's son|Fils de Ana|Fille d'Ana|Figlio di Ana|Sohn von Ana|Filha de Ana|Zoon van Ana
BBG|BBB|S/N|s / n|N/A|XXX|xxxx|aaa|asdf|Anonymous|don't know
I don't know|dont know|no se|No sé|idk|nobody|no one|Ninguno
nadie|self|patient|me|je ne sais pas|weiß nicht|não sei
unbekannt|неизвестно|без имени|не знаю|不知道|John Doe|Fulano
"""
BY_KIND = """
Lactante|Lactante Masculino|H/O Maria|C/O Sunita|Hijo/a de Ana|CB Nguyen Thi Hoa|Con bà Hoa|HDE Maria
Syn pani Anny
Sans prénom|No first name|No given name|Sin nombre|Ohne Vornamen|Sem nome|Senza nome|Geen voornaam|Utan namn
Unk|UNKN|Unidentified|Fetus|Feto 2|Preterm|Trauma Alpha|Trip A|Trip 2|TRIPLET B|TwA|Gemelar 1
T1|G1|B 2|2nd|1st|3ème|1o|First|Second child|First born|123|00|0|1 2|SN
ZZTest|ZZ Emma|zzz|Testing|Prueba|Prova|Demo child|Dummy|Duplicate|Emma DUPLICATE|Dup Emma
Do not use|Emma DO NOT USE
Emma's brother|Emma’s little sister|Emma's stepson|Not Emma|not emma rose|Ana's cousin
VOID|Error|Merged|Entered in error|Niece|my nephew|His son|Grandson|Nieta|Mi sobrina|Enkel|Petit-fils|Nipote
Minor|Minor child|Mr|Ms.|Master|Señora|Monsieur|Mom|Little one|Little girl|lil man
Inf male|Sexo femenino|Patient X
Fiú|Kislány 1|Lapsi|Băiat|Devojčica|長男|次女|大宝|王某|孙女|ด.ญ.|בת|נכד|첫째|손자|حفيد|внучка|テスト|тест
"""
NAMES = """
Nott|Notburga|O'Sonia|D'Sister
Ali Ali|Prem|Primo|Neta|Torun|Bror|Tria|Siba|Princess|Prince|Junior|Reina|Foster|Baba|Trip|Tripp|CB|Bat-Sheva
בת שבע|בן|Thirdeye|Secundina|Nieto Luis|Miss Ann Lee|Little Ray Lee|Zuzanna|Dupree|Fetuli|Minora|Noa|Sansa|ชาย
Kim|Kai|My|Mỹ|Em|Son My|Thi Mai|An|Bao|Agi|Min|Sin|Syna|Kinder
Kindra|Nadia|Anaka|Bata Ana|Elena|Lena|Mi|Mon|Tia|Menna
Maria José|John|Jane|Max|Juan|Patience|Selfa|Filsan|Phil|Fila
Kiden|Nobel|Ivan|Иван|Ольга|Мила|Сынул|王芳|子涵|宝|李娜|김아라
지아|はな|陽菜|فاطمة|نور|דוד|बेला|Bảo|Bích|Conor|Tran|Aaron|Aadya
Isaac|La Toya|El Hadj|De Andre|D'Andre|Lan y|Nora
Maria|Amy|Bo|Bo Maria|BO MARIA|Boy George|Bebe Ana|Nina
Nina Rose|Sonia|Son Heung|Ben|Bea|Infanta|Twinkle|Ana
Testa|Noor|Malek|Malena|Girlie|Babylon|Babette|Bibi|Gemma
Leo|Jo|Al|Borna|Bora|Mo|Dora|D'Orsay|Newton|Isa|Boyd
Girish|C. O'Brien|Boyana|Babatunde|Babyanna|Infantino|Uno|王伟|Анна|محمد
"""


def listed(text: str) -> list[str]:
    return [name for line in text.split("\n") if line for name in line.split("|")]


@pytest.mark.parametrize("name", listed(NO_NAMES + IN_MANY_LANGUAGES + BY_KIND))
def test_placeholder_name_is_recognized(name: str) -> None:
    assert is_placeholder_name(name)
    assert not name_likeness.is_real_given_name(name)


@pytest.mark.parametrize("name", listed(NAMES))
def test_real_name_is_not_taken_for_a_placeholder(name: str) -> None:
    assert not is_placeholder_name(name)
    assert name_likeness.is_real_given_name(name)


@pytest.mark.parametrize("person", ["John Doe", "jane DOE", "Max Mustermann", "Test Patient", "Joe Bloggs"])
def test_placeholder_person_is_never_certainly_the_child(person: str) -> None:
    given_name, family_name = person.split()
    born = date(2018, 5, 6)
    record = PatientRecord(1, given_name, family_name, birth_date=born)
    assert is_placeholder_person(given_name, family_name)
    assert not weigh_patient_record(IdentityClaim(given_name, family_name, born), record, ()).same_given


def test_person_with_half_of_a_placeholder_name_is_real() -> None:
    born = date(2018, 5, 6)
    for given_name, family_name in (("John", "Dore"), ("Mei", "Doe"), ("Max", "Muster"), ("Kari", "Nord")):
        record = PatientRecord(1, given_name, family_name, birth_date=born)
        assert weigh_patient_record(IdentityClaim(given_name, family_name, born), record, ()).same_given


@pytest.mark.parametrize(
    "person",
    [
        *("Bébé Martin|Martin", "Junge Müller|Müller", "Girl Smith|Smith", "Male Smith 2|Smith"),
        *("Son Smith-Jones|Smith Jones", "Mr Smith|Smith", "Bimba Rossi|Rossi", "Child Doe|Doe"),
    ],
)
def test_generic_word_next_to_the_family_name_is_not_a_given_name(person: str) -> None:
    given_name, family_name = person.split("|")
    born = date(2018, 5, 6)
    for recorded in (family_name, "Lee"):
        record = PatientRecord(1, given_name, recorded, birth_date=born)
        assert not weigh_patient_record(IdentityClaim(given_name, family_name, born), record, ()).same_given


@pytest.mark.parametrize("person", ["Ali|Ali", "Mohamed|Mohamed", "Boy George|Smith", "Kim Ha|Ha"])
def test_given_name_equal_to_the_family_name_is_a_name(person: str) -> None:
    given_name, family_name = person.split("|")
    born = date(2018, 5, 6)
    record = PatientRecord(1, given_name, family_name, birth_date=born)
    assert weigh_patient_record(IdentityClaim(given_name, family_name, born), record, ()).same_given


@pytest.mark.parametrize("pet", ["Princess", "Junior", "Bubba", "Mija", "sweetie"])
def test_pet_word_is_not_a_preferred_name_but_may_be_a_given_name(pet: str) -> None:
    born = date(2018, 5, 6)
    claim = IdentityClaim(pet, "Smith", born)
    assert not weigh_patient_record(
        claim, PatientRecord(1, "Emma", "Smith", preferred_name=pet, birth_date=born), ()
    ).same_given
    assert weigh_patient_record(
        claim, PatientRecord(1, "Princess", "Smith", birth_date=born), ()
    ).same_given is (pet == "Princess")
    assert weigh_patient_record(
        replace(claim, given_name="Emmy"),
        PatientRecord(1, "Emma", "Smith", preferred_name="Emmy", birth_date=born),
        (),
    ).same_given


@pytest.mark.parametrize("name", ["", " ", "--", "J", "2"])
def test_blank_or_initial_is_not_a_real_given_name(name: str) -> None:
    assert not name_likeness.is_real_given_name(name)


@given(st.text(max_size=60))
def test_any_text_can_be_checked_for_a_placeholder(text: str) -> None:
    assert is_placeholder_name(text) in (True, False)


NO_FAMILY_NAMES = """
Unknown|UNKNOWN|No-Name|LNU|Desconocido|Unk|N/A|n/a|NA|na|N.A.|S/A|S / N|N/D|X|XX|xxx|aaaa|Doe|Test|0|00|123
TBD|Same|same as mine|Same as mother|Null|Nil|None|I don't know|Not given|No last name|Undisclosed
No sé|No lo sé|No informado|No refiere|Sin apellidos|Sin datos|Se ignora|Não informado|Não sei|Sem sobrenome
Je ne sais pas|Non renseigné|Unbekannt|weiß nicht|Ohne Nachname|Okänd|Ukjent|Tuntematon|Nieznane|Neznámý
Ismeretlen|Bilinmiyor|Tidak diketahui|Không rõ|неизвестно|не указано|غير معروف|نامشخص|未知|不明|미정
"""
FAMILY_NAMES = """
Garcia|Child|Son|Na|Baby|Kind|Blank|Sample|Ng|O|R|K.|E|Sá|La|An|Nan|Xu|Testa|Doer|Nilsson|Sameshima|Sami
Tba-Reyes
N'Diaye|Natividad|Nestor|Unkel|李|王|나|Нет-Иванов|Nullmeyer|Conde|Noe
"""


@pytest.mark.parametrize("name", listed(NO_FAMILY_NAMES))
def test_family_name_that_means_unknown_is_recognized(name: str) -> None:
    assert is_placeholder_family_name(name)


@pytest.mark.parametrize("name", ["", *listed(FAMILY_NAMES)])
def test_short_or_unusual_family_name_is_real(name: str) -> None:
    assert not is_placeholder_family_name(name)


@pytest.mark.parametrize(
    ("born", "stand_in"),
    [
        (date(2015, 1, 1), True),
        (date(2015, 7, 1), True),
        (date(1900, 1, 1), True),
        *((date(*zero), True) for zero in ((1899, 12, 30), (1899, 12, 31), (1900, 12, 31), (1903, 12, 31))),
        (date(1969, 12, 31), True),
        (date(1901, 12, 31), False),
        (date(1902, 3, 14), False),
        (date(2015, 1, 2), False),
        (date(2015, 7, 2), False),
        (date(2015, 1, 31), False),
        (date(2015, 6, 1), False),
        (date(2015, 9, 9), True),
        (date(2016, 9, 9), True),
        (date(2011, 11, 11), True),
        (date(2012, 11, 11), False),
        (None, False),
    ],
)
def test_placeholder_birth_dates_are_recognized(born: date | None, stand_in: bool) -> None:
    assert is_placeholder_birth_date(born, ("09-09", "2011-11-11")) is stand_in


def test_placeholder_dates_of_one_clinic_do_not_apply_to_others() -> None:
    assert not is_placeholder_birth_date(date(2015, 9, 9))


@pytest.mark.parametrize("name", ["My", "Mon", "Min", "El", "La", "Mio"])
def test_possessive_word_alone_may_be_a_name(name: str) -> None:
    assert not is_placeholder_name(name)
    assert is_placeholder_name(f"{name} baby")


@pytest.mark.parametrize(
    ("given_name", "family", "is_nobody"),
    [
        ("Jane", "Doe", True),
        ("Girl Smith", "Smith", True),
        # Each may be a real name with another family name.
        ("Girl", "Jones", False),
        ("Boy", "George", False),
        ("Leo Ruiz", "Ruiz", False),
        ("Leo", "Ruiz", False),
    ],
)
def test_full_name_of_a_placeholder_person_is_recognized(
    given_name: str, family: str, *, is_nobody: bool
) -> None:
    assert is_name_of_nobody(given_name, family) == is_nobody


STAND_IN_NAMES = """
Mijo|mija|Mijito|Gordita|no|No|NO|no/no|He/She|she / her|they|Him|yes|无|無|不|没有|없어요|لا|нет
Mommy|Daddy|Grandma|abuela|Tíos|madrastra|Auntie|guardian|妈妈|爸爸|奶奶|她|お母さん|ママ|엄마|할머니|ماما|هي
אמא|סבתא|мама|бабушка|она|μαμά|माँ|दादी|แม่|мамочка|mi amor|My Princess|sweetheart|N/A|none given|sin dato
"""
NAMES_THAT_SOUND_SO = """
Angel|Ángel|Junior|Princess|Nada|Nao|Tia|Nana|Papa|Mama Aissatou|He|You|Ella|Rey|Reina|Cielo|Rien|Sin|Mami
Prima
Novia|Tio|Never|Her|Nanako|Mijoška|Miya|Noel|Noa|Heather|Sheila|Theo|Mommsen|Grandison|父江|Мамед|אביה|Папатия
"""


@pytest.mark.parametrize("name", listed(STAND_IN_NAMES))
def test_pet_kinship_and_no_words_are_no_given_names(name: str) -> None:
    assert is_placeholder_name(name)


@pytest.mark.parametrize("name", listed(NAMES_THAT_SOUND_SO))
def test_given_name_that_sounds_like_such_a_word_stays_a_name(name: str) -> None:
    assert not is_placeholder_name(name)


@pytest.mark.parametrize("name", ["Junior", "Angel", "Nada", "mi Ángel", "He", "Papi"])
def test_pet_word_of_strangers_is_certain_only_with_a_strong_second_fact(name: str) -> None:
    born, phone = date(2018, 5, 6), "312 555 0142"
    typed = IdentityClaim(name, "Garcia", born)
    made = PatientRecord(1, name, "Garcia", birth_date=born, phones=(phone,), is_provisional=True)
    assert judge_identity(typed, [made]).outcome == IdentityOutcome.PROBABLE
    assert judge_identity(replace(typed, phone=phone), [made]).outcome == IdentityOutcome.CERTAIN
    assert judge_identity(typed, [replace(made, is_provisional=False)]).outcome == IdentityOutcome.CERTAIN
