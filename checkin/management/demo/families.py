"""The families of the demo clinic, all of them invented."""

from __future__ import annotations

from checkin.management.demo.people import Adult, Child, Family

FAMILIES = [
    Family(
        [Child("Marcus", "Bell", 8, "03-14", sex="male")],
        [Adult("Tanya Bell", "mother", 101)],
        "12 Alder Lane",
    ),
    Family(
        [
            Child("Sofía", "Delgado Ruiz", 5, "09-02", sex="female"),
            Child("Mateo", "Delgado Ruiz", 9, "01-27", sex="male"),
        ],
        [Adult("Lucía Ruiz Ortega", "madre", 102), Adult("Óscar Delgado", "padre", 103)],
        "4 Quarry Row",
        language="es",
    ),
    Family(
        [
            Child("Hugo", "Park-Jensen", 4, "06-11", sex="male"),
            Child("Olive", "Park-Jensen", 1, "02-19", sex="female"),
        ],
        [Adult("Grace Park", "mom", 104), Adult("Ingrid Jensen", "mom", 105)],
        "31 Mill Street",
    ),
    Family(
        [
            Child("Jayden", "Cole", 6, "11-05", sex="male"),
            Child("Aaliyah", "Cole", 10, "04-23", sex="female"),
        ],
        [
            Adult("Helen Marsh", "caseworker, county foster care", 106),
            Adult("Patricia Nwosu", "foster mother", 107, may_consent=False),
        ],
        "8 Orchard Close",
    ),
    Family(
        [
            Child("Anna", "Lindqvist", 7, "05-08", sex="female"),
            Child("Hanna", "Lindqvist", 7, "05-08", sex="female"),
        ],
        [Adult("Erik Lindqvist", "father", 108), Adult("Maja Lindqvist", "mother", 109)],
        "17 Weir Road",
    ),
    Family(
        [
            Child("Gia Bảo", "Nguyễn", 3, "08-16", sex="male"),
            Child("Gia Hân", "Nguyễn", 3, "08-16", sex="female"),
        ],
        [Adult("Nguyễn Thị Mai", "mẹ", 110)],
        "22 Mill Street",
        language="vi",
        interpreter=True,
    ),
    Family(
        [
            Child("Ayaan", "Warsame", 4, "10-30", sex="male"),
            Child("Ifrah", "Warsame", 12, "07-07", sex="female"),
        ],
        [Adult("Hodan Warsame", "mother", 111)],
        "5 Foundry Yard",
        language="so",
    ),
    Family(
        [Child("محمد", "الحسن", 9, "12-01", sex="male"), Child("فاطمة", "الحسن", 2, "04-12", sex="female")],
        [Adult("أمينة الحسن", "أم", 112)],
        "40 Tannery Lane",
        language="ar",
        interpreter=True,
    ),
    Family(
        [Child("伟", "李", 3, "02-25", sex="male")],
        [Adult("李军", "爸爸", 113), Adult("陈静", "妈妈", 114)],
        "9 Lantern Court",
        language="zh",
        interpreter=True,
    ),
    Family(
        [Child("Дмитро", "Коваленко", 10, "03-29", sex="male")],
        [Adult("Оксана Коваленко", "мама", 115)],
        "3 Rope Walk",
        language="uk",
    ),
    Family(
        [
            Child("Saoirse", "O'Neil", 2, "07-21", sex="female"),
            Child("Finn", "O'Neil", 6, "09-19", sex="male"),
        ],
        [Adult("Declan O'Neil", "dad", 116), Adult("Aoife O'Neil", "mum", 117)],
        "2 Harbour View",
    ),
    Family(
        [Child("Theo", "Baptiste", 3, "01-17", sex="male")],
        [Adult("Camille Baptiste", "mother", 118)],
        "26 Alder Lane",
    ),
    Family(
        [Child("Katherine", "Brennan", 11, "10-09", sex="female")],
        [Adult("Paul Brennan", "father", 119), Adult("Denise Walsh", "mother", 120)],
        "14 Priory Street",
    ),
    Family(
        [Child("William", "Carter", 7, "12-12", sex="male")],
        [Adult("Ruth Carter", "grandmother and guardian", 121)],
        "33 Weir Road",
    ),
    Family(
        [Child("Maya", "Thompson", 16, "05-30", sex="female")],
        [Adult("Colin Thompson", "father", 122)],
        "7 Harbour View",
    ),
    Family(
        [Child("Elizabeth", "Harrington", 15, "08-03", preferred="Eli")],
        [Adult("Joan Harrington", "mother", 123)],
        "11 Rectory Gardens",
    ),
    Family(
        [Child("Emma", "Johnson", 6, "04-04", sex="female")],
        [Adult("Karen Johnson", "mother", 124)],
        "19 Mill Street",
    ),
    Family(
        [Child("Emma", "Johnson", 6, "04-14", sex="female")],
        [Adult("Luke Johnson", "father", 125)],
        "50 Priory Street",
    ),
    Family(
        [Child("Emma", "Johnston", 5, "11-24", sex="female")],
        [Adult("Sarah Johnston", "mum", 126)],
        "1 Rope Walk",
    ),
    Family(
        [
            Child("José Luis", "García Márquez de la Vega", 11, "06-24", sex="male"),
            Child("María José", "García Fernández", 13, "03-03", sex="female"),
        ],
        [Adult("Pilar Fernández", "madre", 127)],
        "6 Quarry Row",
        language="es",
    ),
    Family(
        [Child("Wulandari", "", 6, "02-08", sex="female")],
        [Adult("Lestari", "ibu", 128)],
        "18 Lantern Court",
        language="id",
    ),
    Family(
        [Child("Angharad Gwenllian", "Llewelyn-Prydderch-Cadwaladr", 8, "03-01", sex="female")],
        [Adult("Rhiannon Cadwaladr", "mam", 129)],
        "Tŷ Gwyn, 2 Chapel Hill",
    ),
    Family(
        [Child("Dinuka Sanduni", "Herath Mudiyanselage Wickramasinghe", 7, "05-15", sex="female")],
        [Adult("Nimal Wickramasinghe", "thaththa", 130)],
        "28 Foundry Yard",
        language="si",
    ),
    Family(
        [Child("ณัฐวดี", "วงศ์สุวรรณพันธุ์", 5, "10-20", sex="female")],
        [Adult("Kanya Wongsuwannaphan", "mother", 131)],
        "13 Tannery Lane",
        language="th",
    ),
    Family(
        [Child("Priya", "Raman", 12, "09-27", sex="female", access="Uses a wheelchair: room 3, wide door")],
        [Adult("Meena Raman", "mother", 132), Adult("Arun Raman", "father", 133)],
        "24 Rectory Gardens",
    ),
    Family(
        [Child("Elijah", "Goldberg", 4, "12-19", sex="male")],
        [Adult("Samuel Goldberg", "grandfather, adopted him", 134)],
        "10 Chapel Hill",
    ),
    Family(
        [Child("Baby boy", "Osei", days=6, sex="male")],
        [Adult("Abena Osei", "mother", 135)],
        "15 Orchard Close",
    ),
    Family(
        [Child("ሊያ", "ተስፋዬ", 3, "01-07", sex="female")],
        [Adult("ተስፋዬ በቀለ", "አባት", 136)],
        "21 Rope Walk",
        language="am",
    ),
    Family(
        [Child("서연", "김", 9, "08-29", sex="female")],
        [Adult("김지훈", "아빠", 137)],
        "35 Lantern Court",
        language="ko",
    ),
    Family(
        [Child("陽菜", "佐藤", 1, "05-05", sex="female")],
        [Adult("佐藤美咲", "母", 138)],
        "37 Lantern Court",
        language="ja",
    ),
    Family(
        [Child("आरव", "शर्मा", 5, "11-12", sex="male")],
        [Adult("Neha Sharma", "mother", 139)],
        "16 Quarry Row",
        language="hi",
    ),
    Family(
        [Child("Ελένη", "Παπαδοπούλου", 14, "05-21", sex="female")],
        [Adult("Νίκος Παπαδόπουλος", "μπαμπάς", 140)],
        "9 Chapel Hill",
    ),
    Family([Child("נועם", "לוי", 2, "09-09", sex="male")], [Adult("יעל לוי", "אמא", 141)], "4 Harbour View"),
    Family(
        [Child("Zofia", "Wójcik", 7, "06-06", sex="female")],
        [Adult("Agnieszka Wójcik", "mama", 142)],
        "29 Weir Road",
    ),
    Family(
        [Child("Leilani", "Kahananui", 5, "07-30", sex="female")],
        [Adult("Kimo Kahananui", "uncle, hānai father", 143)],
        "45 Mill Street",
    ),
    Family(
        [Child("Tāne", "Rāwiri", days=118, sex="male")], [Adult("Mere Rāwiri", "māmā", 144)], "8 Foundry Yard"
    ),
]

NEWCOMERS = [
    Child("Noah", "Ferreira", 2, "05-25"),
    Child("Bilal", ""),
]
"""Children who sign in this morning and are on no record."""
