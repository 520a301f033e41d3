"""Who came through the door of the demo clinic, and what they typed."""

from __future__ import annotations

from typing import NamedTuple

from checkin.management.demo.people import phone
from checkin.rules.visits import State

ROOMED, WITH, READY = State.ROOMED, State.WITH_CLINICIAN, State.READY
LEFT, UNSEEN, ERROR = State.LEFT, State.LEFT_WITHOUT_BEING_SEEN, State.ENTERED_IN_ERROR


class Arrival(NamedTuple):
    """A sign-in `ago` minutes before now, and the minutes before now of each move that followed.

    `typed` is the child's name where it is not the record's; `birth` is "" for the right date, "slip" for
    the year before, "blank" for none.
    """

    ago: int
    child: str
    who: str = ""
    relationship: str = ""
    tel: str = ""
    reason: str = ""
    also: str = ""
    notes: tuple[str, ...] = ()
    approach: str = ""
    language: str = "en"
    interpreter: str = ""
    access: str = ""
    asks_for_a_person: bool = False
    alone: bool = False
    typed: tuple[str, str] | None = None
    birth: str = ""
    annexe: bool = False
    linked: int | None = None
    moves: tuple[tuple[State, int], ...] = ()


MORNING = [
    Arrival(
        69,
        "Saoirse O'Neil",
        "Declan O'Neil",
        "dad",
        phone(116),
        "Two-year check",
        moves=((ROOMED, 62), (WITH, 54), (READY, 33), (LEFT, 27)),
    ),
    Arrival(
        66,
        "Marcus Bell",
        "Andre Lewis",
        "I'm his mom's partner",
        phone(151),
        "Fever and a sore throat since Sunday night",
        notes=("school",),
        moves=((ROOMED, 49), (WITH, 28), (READY, 4)),
    ),
    Arrival(
        61,
        "伟 李",
        "李秀英",
        "姥姥 (mother's mother)",
        phone(152),
        "咳嗽三天了",
        approach="greet",
        interpreter="Mandarin",
        annexe=True,
        moves=((ROOMED, 41), (WITH, 12)),
    ),
    Arrival(
        55,
        "Hugo Park-Jensen",
        "Grace & Ingrid",
        "we're his two moms",
        phone(104),
        "Ear infection, second look",
        also="He has stopped eating anything green. Is that a phase?",
        approach="leave",
        moves=((ROOMED, 44), (WITH, 30), (READY, 2)),
    ),
    Arrival(
        50,
        "Jayden Cole",
        "Patricia Nwosu",
        "foster mum since June",
        phone(107),
        "School check-up",
        also="I have no papers for his last vaccines, could somebody look?",
        notes=("school", "work"),
        annexe=True,
        moves=((ROOMED, 38), (WITH, 30), (READY, 13)),
    ),
    Arrival(
        47,
        "Sofía Delgado Ruiz",
        "Carmen Ruiz",
        "tía",
        phone(153),
        "Le duele la barriga desde ayer",
        also="Un lunar en el brazo, para que lo miren",
        language="es",
        moves=((ROOMED, 30), (WITH, 13)),
    ),
    Arrival(45, "Sofía Delgado Ruiz", "Carmen", "tia", phone(153), language="es", moves=((ERROR, 44),)),
    Arrival(
        42,
        "Дмитро Коваленко",
        "Ірина",
        "сусідка, мама на роботі",
        phone(154),
        "Висипка",
        annexe=True,
        moves=((UNSEEN, 11),),
    ),
    Arrival(
        37,
        "Theo Baptiste",
        "Jules Moreau",
        "babysitter (Tues + Thurs)",
        phone(156),
        "Fell off the swing, bump on the forehead",
        approach="leave",
        moves=((ROOMED, 6),),
    ),
    Arrival(
        33,
        "William Carter",
        "Ruth Carter",
        "his nan, I raised him",
        phone(121),
        "Asthma review",
        typed=("Billy", "Carter"),
        access="Hard of hearing, please come close",
        approach="greet",
        annexe=True,
        linked=29,
        moves=((ROOMED, 8),),
    ),
    Arrival(31, "Anna Lindqvist", "Erik", "Dad of both of them", phone(108), "Rash on both arms"),
    Arrival(
        27,
        "Ayaan Warsame",
        "Sahra Warsame",
        "his auntie, mum is on shift",
        phone(111),
        "Flu vaccine",
        notes=("work",),
        approach="greet",
        birth="slip",
    ),
    Arrival(
        16,
        "Katherine Brennan",
        "Lou",
        "stepmom, Wednesdays are mine 🙂",
        phone(159),
        "Twisted ankle at practice",
        typed=("Katie", "Brennan"),
        annexe=True,
    ),
    Arrival(
        14,
        "محمد الحسن",
        "زينب",
        "جدته",
        phone(158),
        "ألم في الأذن",
        approach="greet",
        interpreter="Arabic",
    ),
    Arrival(11, "", asks_for_a_person=True),
    Arrival(
        8,
        "Maya Thompson",
        tel=phone(160),
        reason="I would rather say it to the nurse",
        approach="leave",
        notes=("school",),
        alone=True,
    ),
    Arrival(
        6,
        "Noah Ferreira",
        "Conceição Ferreira",
        "vovó ❤️ — visiting from Lisbon, his parents are at a funeral",
        phone(161),
        "Will not drink since this morning",
        also="And his passport vaccines, if there is time",
    ),
    Arrival(
        5,
        "Gia Bảo Nguyễn",
        "Nguyễn Thị Lan",
        "bà ngoại",
        phone(162),
        "Sốt nhẹ",
        interpreter="Tiếng Việt",
    ),
    Arrival(4, "Bilal", "", "friend of the family", birth="blank", annexe=True),
    Arrival(
        3,
        "Zofia Wójcik",
        "Halina",
        "babcia — so sorry, two buses late",
        phone(166),
        "Ear check",
        access="A seat near the door, my knee",
    ),
]


class Past(NamedTuple):
    """A visit some days ago, which taught the clinic who brings the child."""

    days: int
    clock: str
    arrival: Arrival


USUAL = ((ROOMED, 52), (WITH, 40), (READY, 18), (LEFT, 10))

EARLIER = [
    Past(190, "09:20", Arrival(70, "Marcus Bell", "Denise Bell", "grandmother", phone(163), "Check-up")),
    Past(150, "10:05", Arrival(70, "Theo Baptiste", "Camille Baptiste", "his mother", phone(118), "Cough")),
    Past(122, "14:40", Arrival(70, "Marcus Bell", "Renee Porter", "aunt", phone(164), "Stitches out")),
    Past(
        95, "11:15", Arrival(70, "Hugo Park-Jensen", "Ingrid Jensen", "his other mom", phone(105), "Earache")
    ),
    Past(81, "09:35", Arrival(70, "伟 李", "李军", "爸爸", phone(113), "体检")),
    Past(
        64,
        "15:10",
        Arrival(70, "Marcus Bell", "Bea Lindon", "sitter", phone(165), "Pink eye", notes=("school",)),
    ),
    Past(
        50,
        "10:50",
        Arrival(70, "Hanna Lindqvist", "Maja Lindqvist", "mamma", phone(109), "Check-up", linked=66),
    ),
    Past(36, "13:25", Arrival(70, "Theo Baptiste", "Jules Moreau", "babysitter", phone(155), "Fever")),
    Past(
        29,
        "09:50",
        Arrival(70, "Sofía Delgado Ruiz", "Lucía Ruiz", "mamá", phone(102), "Vacuna", language="es"),
    ),
    Past(15, "10:30", Arrival(70, "Wulandari", "Lestari", "ibunya", phone(128), "Check-up")),
    Past(8, "16:00", Arrival(70, "Priya Raman", "Arun Raman", "her dad", phone(133), "Chair fitting letter")),
]
