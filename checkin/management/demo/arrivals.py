"""The sign-ins of the demo clinic: the families who came, and what they typed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from checkin.management.demo.people import demo_phone_number
from checkin.rules.visit_steps import VisitState

ROOMED, WITH_CLINICIAN, READY = VisitState.ROOMED, VisitState.WITH_CLINICIAN, VisitState.READY
LEFT, _UNSEEN, ERROR = VisitState.LEFT, VisitState.LEFT_WITHOUT_BEING_SEEN, VisitState.ENTERED_IN_ERROR


class DemoArrival(NamedTuple):
    """A sign-in `ago` minutes before now, and the minutes before now of each move after it.

    `typed` is the child's name if it differs from the record's. `birth` is "" for the right date, "slip" for
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
    wishes: Mapping[str, str] = MappingProxyType({})
    language: str = "en"
    interpreter: str = ""
    access: str = ""
    asks_for_a_person: bool = False
    alone: bool = False
    typed: tuple[str, str] | None = None
    birth: str = ""
    annexe: bool = False
    linked: int | None = None
    moves: tuple[tuple[VisitState, int], ...] = ()


DEMO_ARRIVALS = [
    DemoArrival(
        69,
        "Saoirse O'Neil",
        "Declan O'Neil",
        "dad",
        demo_phone_number(116),
        "Two-year check",
        moves=((ROOMED, 62), (WITH_CLINICIAN, 54), (READY, 33), (LEFT, 27)),
    ),
    DemoArrival(
        66,
        "Marcus Bell",
        "Andre Lewis",
        "I'm his mom's partner",
        demo_phone_number(151),
        "Fever and a sore throat since Sunday night",
        notes=("school",),
        moves=((ROOMED, 49), (WITH_CLINICIAN, 28), (READY, 4)),
    ),
    DemoArrival(
        61,
        "伟 李",
        "李秀英",
        "姥姥 (mother's mother)",
        demo_phone_number(152),
        "咳嗽三天了",
        wishes={"approach": "greet"},
        interpreter="Mandarin",
        annexe=True,
        moves=((ROOMED, 41), (WITH_CLINICIAN, 12)),
    ),
    DemoArrival(
        55,
        "Hugo Park-Jensen",
        "Grace & Ingrid",
        "we're his two moms",
        demo_phone_number(104),
        "Ear infection, second look",
        also="He has stopped eating anything green. Is that a phase?",
        wishes={"approach": "leave"},
        moves=((ROOMED, 44), (WITH_CLINICIAN, 30), (READY, 2)),
    ),
    DemoArrival(
        50,
        "Jayden Cole",
        "Patricia Nwosu",
        "foster mum since June",
        demo_phone_number(107),
        "School check-up",
        also="I have no papers for his last vaccines, could somebody look?",
        notes=("school", "work"),
        annexe=True,
        moves=((ROOMED, 38), (WITH_CLINICIAN, 30), (READY, 13)),
    ),
    DemoArrival(
        47,
        "Sofía Delgado Ruiz",
        "Carmen Ruiz",
        "tía",
        demo_phone_number(153),
        "Le duele la barriga desde ayer",
        also="Un lunar en el brazo, para que lo miren",
        language="es",
        moves=((ROOMED, 30), (WITH_CLINICIAN, 13)),
    ),
    DemoArrival(
        45, "Sofía Delgado Ruiz", "Carmen", "tia", demo_phone_number(153), language="es", moves=((ERROR, 44),)
    ),
    DemoArrival(
        42,
        "Дмитро Коваленко",
        "Ірина",
        "сусідка, мама на роботі",
        demo_phone_number(154),
        "Висипка",
        annexe=True,
        moves=((_UNSEEN, 11),),
    ),
    DemoArrival(
        37,
        "Theo Baptiste",
        "Jules Moreau",
        "babysitter (Tues + Thurs)",
        demo_phone_number(156),
        "Fell off the swing, bump on the forehead",
        wishes={"approach": "leave"},
        moves=((ROOMED, 6),),
    ),
    DemoArrival(
        33,
        "William Carter",
        "Ruth Carter",
        "his nan, I raised him",
        demo_phone_number(121),
        "Asthma review",
        typed=("Billy", "Carter"),
        access="Hard of hearing, please come close",
        wishes={"approach": "greet"},
        annexe=True,
        linked=29,
        moves=((ROOMED, 8),),
    ),
    DemoArrival(
        31, "Anna Lindqvist", "Erik", "Dad of both of them", demo_phone_number(108), "Rash on both arms"
    ),
    DemoArrival(
        27,
        "Ayaan Warsame",
        "Sahra Warsame",
        "his auntie, mum is on shift",
        demo_phone_number(111),
        "Flu vaccine",
        notes=("work",),
        wishes={"approach": "greet"},
        birth="slip",
    ),
    DemoArrival(
        16,
        "Katherine Brennan",
        "Lou",
        "stepmom, Wednesdays are mine 🙂",
        demo_phone_number(159),
        "Twisted ankle at practice",
        typed=("Katie", "Brennan"),
        annexe=True,
    ),
    DemoArrival(
        14,
        "محمد الحسن",
        "زينب",
        "جدته",
        demo_phone_number(158),
        "ألم في الأذن",
        wishes={"approach": "greet"},
        interpreter="Arabic",
    ),
    DemoArrival(11, "", asks_for_a_person=True),
    DemoArrival(
        8,
        "Maya Thompson",
        tel=demo_phone_number(160),
        reason="I would rather say it to the nurse",
        wishes={"approach": "leave"},
        notes=("school",),
        alone=True,
    ),
    DemoArrival(
        6,
        "Noah Ferreira",
        "Conceição Ferreira",
        "vovó ❤️ — visiting from Lisbon, his parents are at a funeral",
        demo_phone_number(161),
        "Will not drink since this morning",
        also="And his passport vaccines, if there is time",
    ),
    DemoArrival(
        5,
        "Gia Bảo Nguyễn",
        "Nguyễn Thị Lan",
        "bà ngoại",
        demo_phone_number(162),
        "Sốt nhẹ",
        interpreter="Tiếng Việt",
    ),
    DemoArrival(4, "Bilal", "", "friend of the family", birth="blank", annexe=True),
    DemoArrival(
        3,
        "Zofia Wójcik",
        "Halina",
        "babcia — so sorry, two buses late",
        demo_phone_number(166),
        "Ear check",
        access="A seat near the door, my knee",
    ),
]


class _DemoPastVisit(NamedTuple):
    """A visit some days ago, from which the clinic knows who brings the child."""

    days: int
    clock: str
    arrival: DemoArrival


USUAL_DEMO_MOVES = ((ROOMED, 52), (WITH_CLINICIAN, 40), (READY, 18), (LEFT, 10))

EARLIER_DEMO_VISITS = [
    _DemoPastVisit(
        190,
        "09:20",
        DemoArrival(70, "Marcus Bell", "Denise Bell", "grandmother", demo_phone_number(163), "Check-up"),
    ),
    _DemoPastVisit(
        150,
        "10:05",
        DemoArrival(70, "Theo Baptiste", "Camille Baptiste", "his mother", demo_phone_number(118), "Cough"),
    ),
    _DemoPastVisit(
        122,
        "14:40",
        DemoArrival(70, "Marcus Bell", "Renee Porter", "aunt", demo_phone_number(164), "Stitches out"),
    ),
    _DemoPastVisit(
        95,
        "11:15",
        DemoArrival(
            70, "Hugo Park-Jensen", "Ingrid Jensen", "his other mom", demo_phone_number(105), "Earache"
        ),
    ),
    _DemoPastVisit(81, "09:35", DemoArrival(70, "伟 李", "李军", "爸爸", demo_phone_number(113), "体检")),
    _DemoPastVisit(
        64,
        "15:10",
        DemoArrival(
            70, "Marcus Bell", "Bea Lindon", "sitter", demo_phone_number(165), "Pink eye", notes=("school",)
        ),
    ),
    _DemoPastVisit(
        50,
        "10:50",
        DemoArrival(
            70, "Hanna Lindqvist", "Maja Lindqvist", "mamma", demo_phone_number(109), "Check-up", linked=66
        ),
    ),
    _DemoPastVisit(
        36,
        "13:25",
        DemoArrival(70, "Theo Baptiste", "Jules Moreau", "babysitter", demo_phone_number(155), "Fever"),
    ),
    _DemoPastVisit(
        29,
        "09:50",
        DemoArrival(
            70, "Sofía Delgado Ruiz", "Lucía Ruiz", "mamá", demo_phone_number(102), "Vacuna", language="es"
        ),
    ),
    _DemoPastVisit(
        15, "10:30", DemoArrival(70, "Wulandari", "Lestari", "ibunya", demo_phone_number(128), "Check-up")
    ),
    _DemoPastVisit(
        8,
        "16:00",
        DemoArrival(
            70, "Priya Raman", "Arun Raman", "her dad", demo_phone_number(133), "Chair fitting letter"
        ),
    ),
]
