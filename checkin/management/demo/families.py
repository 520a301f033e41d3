"""The families of the demo clinic, all invented."""

from __future__ import annotations

from checkin.management.demo.people import DemoAdult, DemoChild, DemoFamily

DEMO_FAMILIES = [
    DemoFamily(
        [DemoChild("Marcus", "Bell", 8, "03-14", sex="male")],
        [DemoAdult("Tanya Bell", "mother", 101)],
        "12 Alder Lane",
    ),
    DemoFamily(
        [
            DemoChild("Sofía", "Delgado Ruiz", 5, "09-02", sex="female"),
            DemoChild("Mateo", "Delgado Ruiz", 9, "01-27", sex="male"),
        ],
        [DemoAdult("Lucía Ruiz Ortega", "madre", 102), DemoAdult("Óscar Delgado", "padre", 103)],
        "4 Quarry Row",
        language="es",
    ),
    DemoFamily(
        [
            DemoChild("Hugo", "Park-Jensen", 4, "06-11", sex="male"),
            DemoChild("Olive", "Park-Jensen", 1, "02-19", sex="female"),
        ],
        [DemoAdult("Grace Park", "mom", 104), DemoAdult("Ingrid Jensen", "mom", 105)],
        "31 Mill Street",
    ),
    DemoFamily(
        [
            DemoChild("Jayden", "Cole", 6, "11-05", sex="male"),
            DemoChild("Aaliyah", "Cole", 10, "04-23", sex="female"),
        ],
        [
            DemoAdult("Helen Marsh", "caseworker, county foster care", 106),
            DemoAdult("Patricia Nwosu", "foster mother", 107, may_consent=False),
        ],
        "8 Orchard Close",
    ),
    DemoFamily(
        [
            DemoChild("Anna", "Lindqvist", 7, "05-08", sex="female"),
            DemoChild("Hanna", "Lindqvist", 7, "05-08", sex="female"),
        ],
        [DemoAdult("Erik Lindqvist", "father", 108), DemoAdult("Maja Lindqvist", "mother", 109)],
        "17 Weir Road",
    ),
    DemoFamily(
        [
            DemoChild("Gia Bảo", "Nguyễn", 3, "08-16", sex="male"),
            DemoChild("Gia Hân", "Nguyễn", 3, "08-16", sex="female"),
        ],
        [DemoAdult("Nguyễn Thị Mai", "mẹ", 110)],
        "22 Mill Street",
        language="vi",
        interpreter=True,
    ),
    DemoFamily(
        [
            DemoChild("Ayaan", "Warsame", 4, "10-30", sex="male"),
            DemoChild("Ifrah", "Warsame", 12, "07-07", sex="female"),
        ],
        [DemoAdult("Hodan Warsame", "mother", 111)],
        "5 Foundry Yard",
        language="so",
    ),
    DemoFamily(
        [
            DemoChild("محمد", "الحسن", 9, "12-01", sex="male"),
            DemoChild("فاطمة", "الحسن", 2, "04-12", sex="female"),
        ],
        [DemoAdult("أمينة الحسن", "أم", 112)],
        "40 Tannery Lane",
        language="ar",
        interpreter=True,
    ),
    DemoFamily(
        [DemoChild("伟", "李", 3, "02-25", sex="male")],
        [DemoAdult("李军", "爸爸", 113), DemoAdult("陈静", "妈妈", 114)],
        "9 Lantern Court",
        language="zh",
        interpreter=True,
    ),
    DemoFamily(
        [DemoChild("Дмитро", "Коваленко", 10, "03-29", sex="male")],
        [DemoAdult("Оксана Коваленко", "мама", 115)],
        "3 Rope Walk",
        language="uk",
    ),
    DemoFamily(
        [
            DemoChild("Saoirse", "O'Neil", 2, "07-21", sex="female"),
            DemoChild("Finn", "O'Neil", 6, "09-19", sex="male"),
        ],
        [DemoAdult("Declan O'Neil", "dad", 116), DemoAdult("Aoife O'Neil", "mum", 117)],
        "2 Harbour View",
    ),
    DemoFamily(
        [DemoChild("Theo", "Baptiste", 3, "01-17", sex="male")],
        [DemoAdult("Camille Baptiste", "mother", 118)],
        "26 Alder Lane",
    ),
    DemoFamily(
        [DemoChild("Katherine", "Brennan", 11, "10-09", sex="female")],
        [DemoAdult("Paul Brennan", "father", 119), DemoAdult("Denise Walsh", "mother", 120)],
        "14 Priory Street",
    ),
    DemoFamily(
        [DemoChild("William", "Carter", 7, "12-12", sex="male")],
        [DemoAdult("Ruth Carter", "grandmother and guardian", 121)],
        "33 Weir Road",
    ),
    DemoFamily(
        [DemoChild("Maya", "Thompson", 16, "05-30", sex="female")],
        [DemoAdult("Colin Thompson", "father", 122)],
        "7 Harbour View",
    ),
    DemoFamily(
        [DemoChild("Elizabeth", "Harrington", 15, "08-03", preferred="Eli")],
        [DemoAdult("Joan Harrington", "mother", 123)],
        "11 Rectory Gardens",
    ),
    DemoFamily(
        [DemoChild("Emma", "Johnson", 6, "04-04", sex="female")],
        [DemoAdult("Karen Johnson", "mother", 124)],
        "19 Mill Street",
    ),
    DemoFamily(
        [DemoChild("Emma", "Johnson", 6, "04-14", sex="female")],
        [DemoAdult("Luke Johnson", "father", 125)],
        "50 Priory Street",
    ),
    DemoFamily(
        [DemoChild("Emma", "Johnston", 5, "11-24", sex="female")],
        [DemoAdult("Sarah Johnston", "mum", 126)],
        "1 Rope Walk",
    ),
    DemoFamily(
        [
            DemoChild("José Luis", "García Márquez de la Vega", 11, "06-24", sex="male"),
            DemoChild("María José", "García Fernández", 13, "03-03", sex="female"),
        ],
        [DemoAdult("Pilar Fernández", "madre", 127)],
        "6 Quarry Row",
        language="es",
    ),
    DemoFamily(
        [DemoChild("Wulandari", "", 6, "02-08", sex="female")],
        [DemoAdult("Lestari", "ibu", 128)],
        "18 Lantern Court",
        language="id",
    ),
    DemoFamily(
        [DemoChild("Angharad Gwenllian", "Llewelyn-Prydderch-Cadwaladr", 8, "03-01", sex="female")],
        [DemoAdult("Rhiannon Cadwaladr", "mam", 129)],
        "Tŷ Gwyn, 2 Chapel Hill",
    ),
    DemoFamily(
        [DemoChild("Dinuka Sanduni", "Herath Mudiyanselage Wickramasinghe", 7, "05-15", sex="female")],
        [DemoAdult("Nimal Wickramasinghe", "thaththa", 130)],
        "28 Foundry Yard",
        language="si",
    ),
    DemoFamily(
        [DemoChild("ณัฐวดี", "วงศ์สุวรรณพันธุ์", 5, "10-20", sex="female")],
        [DemoAdult("Kanya Wongsuwannaphan", "mother", 131)],
        "13 Tannery Lane",
        language="th",
    ),
    DemoFamily(
        [
            DemoChild(
                "Priya", "Raman", 12, "09-27", sex="female", access="Uses a wheelchair: room 3, wide door"
            )
        ],
        [DemoAdult("Meena Raman", "mother", 132), DemoAdult("Arun Raman", "father", 133)],
        "24 Rectory Gardens",
    ),
    DemoFamily(
        [DemoChild("Elijah", "Goldberg", 4, "12-19", sex="male")],
        [DemoAdult("Samuel Goldberg", "grandfather, adopted him", 134)],
        "10 Chapel Hill",
    ),
    DemoFamily(
        [DemoChild("Baby boy", "Osei", days=6, sex="male")],
        [DemoAdult("Abena Osei", "mother", 135)],
        "15 Orchard Close",
    ),
    DemoFamily(
        [DemoChild("ሊያ", "ተስፋዬ", 3, "01-07", sex="female")],
        [DemoAdult("ተስፋዬ በቀለ", "አባት", 136)],
        "21 Rope Walk",
        language="am",
    ),
    DemoFamily(
        [DemoChild("서연", "김", 9, "08-29", sex="female")],
        [DemoAdult("김지훈", "아빠", 137)],
        "35 Lantern Court",
        language="ko",
    ),
    DemoFamily(
        [DemoChild("陽菜", "佐藤", 1, "05-05", sex="female")],
        [DemoAdult("佐藤美咲", "母", 138)],
        "37 Lantern Court",
        language="ja",
    ),
    DemoFamily(
        [DemoChild("आरव", "शर्मा", 5, "11-12", sex="male")],
        [DemoAdult("Neha Sharma", "mother", 139)],
        "16 Quarry Row",
        language="hi",
    ),
    DemoFamily(
        [DemoChild("Ελένη", "Παπαδοπούλου", 14, "05-21", sex="female")],
        [DemoAdult("Νίκος Παπαδόπουλος", "μπαμπάς", 140)],
        "9 Chapel Hill",
    ),
    DemoFamily(
        [DemoChild("נועם", "לוי", 2, "09-09", sex="male")],
        [DemoAdult("יעל לוי", "אמא", 141)],
        "4 Harbour View",
    ),
    DemoFamily(
        [DemoChild("Zofia", "Wójcik", 7, "06-06", sex="female")],
        [DemoAdult("Agnieszka Wójcik", "mama", 142)],
        "29 Weir Road",
    ),
    DemoFamily(
        [DemoChild("Leilani", "Kahananui", 5, "07-30", sex="female")],
        [DemoAdult("Kimo Kahananui", "uncle, hānai father", 143)],
        "45 Mill Street",
    ),
    DemoFamily(
        [DemoChild("Tāne", "Rāwiri", days=118, sex="male")],
        [DemoAdult("Mere Rāwiri", "māmā", 144)],
        "8 Foundry Yard",
    ),
]

DEMO_NEWCOMERS = [
    DemoChild("Noah", "Ferreira", 2, "05-25"),
    DemoChild("Bilal", ""),
]
"""Children who sign in this morning and have no record."""
