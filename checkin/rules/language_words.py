"""Languages by their own names and by what people call them, for those most common in clinics."""

from __future__ import annotations

from checkin.rules.empty_answers import split_word_list

LANGUAGE_NAMES_BY_CODE = {
    "es": "Español|Castellano|Castilian|Espagnol|Spanisch|Espanhol|Español latino|Latino|Spanglish",
    "en": "English|Inglés|Anglais|Englisch|Inglese",
    "zh": "中文|汉语|漢語|华语|華語|Chino|Zhongwen|Hanyu",
    "cmn": "普通话|普通話|国语|國語|官话|Mandarin|Mandarin Chinese|Mandarín|Putonghua|Guoyu",
    "yue": "粵語|粤语|广东话|廣東話|广州话|廣州話|Cantonese|Cantonés|Yue",
    "nan": "閩南語|闽南语|台語|台语|Taiwanese|Hokkien|Taiwanés",
    "vi": "Tiếng Việt|Việt|Việt ngữ|Vietnamita|Viet",
    "ht": "Kreyòl|Kreyòl ayisyen|Creole|Haitian|Haitian Creole|Haitiano"
    "|Criollo haitiano|Créole|Créole haïtien|French Creole|Haitian French Creole",
    "fa": "فارسی|Farsi|Parsi|Persian|Persa|Iranian|Western Farsi",
    "fa_AF": "دری|Dari|Afghan Persian|Eastern Farsi|Afghan Farsi",
    "ps": "پښتو|Pashto|Pushto|Pashtu|Pastún|Pukhto",
    "ar": "العربية|عربي|عربية|العربیه|Arabic|Árabe|Arabi|Arabiyya",
    "ru": "русский|русский язык|по-русски|Ruso|Russkiy",
    "uk": "українська|українська мова|Ukrainian|Ucraniano|Ucranio",
    "pt": "português|Portugués|Portuguese|Portugais|Português brasileiro|Brazilian",
    "fr": "français|Francés|Francais|French",
    "de": "Deutsch|Alemán|German",
    "it": "italiano|Italian",
    "pl": "polski|Polish|Polaco|po polsku",
    "ko": "한국어|한국말|조선말|Korean|Coreano|Hangugeo",
    "ja": "日本語|Japanese|Japonés|Nihongo",
    "fil": "Filipino|Pilipino",
    "tl": "Tagalog|Tagalo",
    "ceb": "Cebuano|Bisaya|Visayan|Binisaya",
    "ilo": "Ilocano|Ilokano|Iloko",
    "hmn": "Hmong|Hmoob|Miao|Lus Hmoob",
    "lo": "ລາວ|ພາສາລາວ|Lao|Laotian|Laosiano",
    "km": "ខ្មែរ|ភាសាខ្មែរ|Khmer|Cambodian|Camboyano|Jemer",
    "th": "ไทย|ภาษาไทย|Thai|Tailandés",
    "my": "မြန်မာ|မြန်မာဘာသာ|Burmese|Myanmar|Birmano",
    "kar": "Karen|S'gaw Karen|Sgaw Karen|ကညီ|Karen S'gaw",
    "kyu": "Karenni|Kayah",
    "cnh": "Hakha Chin|Chin|Hakha|Lai",
    "ne": "नेपाली|Nepali|Nepalí|Nepalese",
    "hi": "हिन्दी|हिंदी|Hindi|Hindú",
    "ur": "اردو|Urdu",
    "bn": "বাংলা|Bengali|Bangla|Bengalí",
    "pa": "ਪੰਜਾਬੀ|پنجابی|Punjabi|Panjabi|Panyabí",
    "gu": "ગુજરાતી|Gujarati|Guyaratí",
    "ta": "தமிழ்|Tamil",
    "te": "తెలుగు|Telugu",
    "ml": "മലയാളം|Malayalam",
    "so": "Soomaali|Af-Soomaali|Somali|Somalí|Af Soomaali|Somalian",
    "am": "አማርኛ|Amharic|Amárico|Amarigna|Amharigna|Amarinya",
    "ti": "ትግርኛ|Tigrinya|Tigrigna|Tigriña",
    "om": "Oromoo|Oromo|Afaan Oromo|Afaan Oromoo|Oromiffa|Oromigna",
    "sw": "Kiswahili|Swahili|Suajili|Suahili",
    "rw": "Ikinyarwanda|Kinyarwanda|Rwandan",
    "rn": "Ikirundi|Kirundi|Rundi",
    "ln": "lingála|Lingala",
    "yo": "Yoruba|Yorùbá|Èdè Yorùbá",
    "ig": "Igbo",
    "wo": "Wolof",
    "ff": "Fula|Fulani|Pulaar|Fulfulde|Pular",
    "mnk": "Mandinka|Mandingo",
    "he": "עברית|Hebrew|Hebreo|Ivrit",
    "yi": "ייִדיש|Yiddish|Idish",
    "hy": "հայերեն|Armenian|Armenio",
    "ka": "ქართული|Georgian|Georgiano",
    "el": "Ελληνικά|Greek|Griego",
    "tr": "Türkçe|Turkish|Turco",
    "ku": "kurdî|Kurdish|Kurdo|Kurdish Kurmanji",
    "kmr": "Kurmanji|Kurmancî|Kurmanci",
    "ckb": "سۆرانی|Sorani|Kurdish Sorani|Sorani Kurdish",
    "uz": "o‘zbek|Uzbek|O'zbekcha|Uzbeko",
    "ro": "română|Romanian|Rumano|Moldovan",
    "sq": "shqip|Albanian|Albanés",
    "sr": "српски|srpski|Serbian|Serbio",
    "hr": "hrvatski|Croatian|Croata",
    "bs": "bosanski|Bosnian|Bosnio",
    "bg": "български|Bulgarian|Búlgaro",
    "hu": "magyar|Hungarian|Húngaro",
    "cs": "čeština|Czech|Checo",
    "mn": "монгол|Mongolian|Mongol",
    "mh": "Kajin M̧ajeļ|Marshallese|Marshalés",
    "chk": "Chuukese|Trukese",
    "sm": "Samoan|Gagana Samoa|Samoano",
    "ase": "ASL|American Sign Language|Ameslan|Lengua de señas americana|Lenguaje de señas americano",
    "sgn": "Sign language|Signing|Sign|Lengua de señas|Lenguaje de señas|Lengua de signos|Señas|LSM",
    "mam": "Mam|Maya Mam|Mayan Mam",
    "kjb": "Q'anjob'al|Kanjobal|Qanjobal|Q'anjobal|Kanjob'al|Canjobal|K'anjob'al",
    "quc": "K'iche'|Quiché|Kiche|Quiche Maya|K'ichee'",
    "kek": "Q'eqchi'|Kekchi|Quekchi|Kekchí|Q'eqchí",
    "cak": "Kaqchikel|Cakchiquel|Kakchikel",
    "ixl": "Ixil",
    "acr": "Achi|Achí",
    "cac": "Chuj",
    "jac": "Popti'|Jakaltek|Jacalteco|Jakalteko",
    "agu": "Awakatek|Aguacateco|Awakateko",
    "knj": "Akateko|Akatek|Acateco",
    "poc": "Poqomchi'|Pocomchí|Pokomchi",
    "tzj": "Tz'utujil|Tzutujil|Zutuhil",
    "yua": "Maya|Yucatec Maya|Maya yucateco|Maaya T'aan|Yucateco",
    "tzo": "Tsotsil|Tzotzil",
    "tzh": "Tseltal|Tzeltal",
    "mix": "Mixteco|Mixtec|Mixteca|Tu'un Savi|Tuun Savi",
    "zap": "Zapoteco|Zapotec|Zapoteca|Diidxazá",
    "nah": "Náhuatl|Nahuatl|Nahua|Mexicano náhuatl",
    "trc": "Triqui|Trique",
    "tsz": "Purépecha|Purepecha|Tarasco|P'urhépecha",
    "maz": "Mazahua",
    "mau": "Mazateco|Mazatec",
    "oto": "Otomí|Hñähñu|Hnahnu",
    "tlp": "Tlapaneco|Me'phaa|Mephaa",
    "qu": "Runasimi|Quechua|Kichwa|Quichua|Runa Simi",
    "ay": "Aymara|Aymar aru|Aimara",
    "gn": "avañe’ẽ|Guaraní|Guarani",
    "cab": "Garífuna|Garifuna",
    "kea": "kabuverdianu|Kriolu|Cape Verdean|Cape Verdean Creole|Portuguese Creole|Caboverdiano|Kabuverdianu",
    "nv": "Diné Bizaad|Navajo|Diné",
}
"""Names that speakers and others use, separated by “|”. Staff see the English name, not these."""

ENGLISH_LANGUAGE_NAMES = {
    "nan": "Taiwanese Hokkien",
    "hmn": "Hmong",
    "cmn": "Mandarin",
    "kar": "Karen",
    "kyu": "Karenni",
    "cnh": "Hakha Chin",
    "kmr": "Kurmanji Kurdish",
    "ckb": "Sorani Kurdish",
    "sgn": "Sign language",
    "mnk": "Mandinka",
    "mam": "Mam",
    "kjb": "Q'anjob'al",
    "quc": "K'iche'",
    "kek": "Q'eqchi'",
    "cak": "Kaqchikel",
    "ixl": "Ixil",
    "acr": "Achi",
    "cac": "Chuj",
    "jac": "Popti'",
    "agu": "Awakatek",
    "knj": "Akatek",
    "poc": "Poqomchi'",
    "tzj": "Tz'utujil",
    "yua": "Yucatec Maya",
    "tzo": "Tzotzil",
    "tzh": "Tzeltal",
    "mix": "Mixtec",
    "nah": "Nahuatl",
    "trc": "Triqui",
    "tsz": "Purépecha",
    "maz": "Mazahua",
    "mau": "Mazatec",
    "oto": "Otomi",
    "tlp": "Tlapanec",
    "cab": "Garifuna",
    "fa_AF": "Dari",
}
"""English names of languages for which babel has none, or one that clinics do not use."""

LANGUAGE_CODE_ALIASES = {
    "kre": "ht", "hat": "ht", "prs": "fa_AF", "tgl": "tl", "cmn": "cmn", "mww": "hmn"} | {
    "ksw": "kar", "kjp": "kar", "hnj": "hmn", "lsm": "sgn", "mfs": "sgn", "asl": "ase",
    "arb": "ar", "swh": "sw",
    "vnm": "vi", "cn": "zh", "sp": "es", "esp": "es", "eng": "en", "rus": "ru", "kor": "ko", "jp": "ja",
    "gug": "gn", "npi": "ne", "uzn": "uz", "khk": "mn", "als": "sq", "quz": "qu", "orm": "om",
    "gaz": "om", "fuc": "ff", "fuf": "ff", "som": "so", "por": "pt",
}  # fmt: skip
"""ISO 639-2 and 639-3 codes, and common mistyped codes, that babel does not know."""

WORDS_LIKE_LANGUAGE_CODES = split_word_list(
    """
    no is it my he me to as or in si se la lo mi te tu yo ya na un hi ha so am be ok an at by do go if of
    on up us we de el en-si le ni su ti id os oh eh um
    """
)
"""Codes that are also English or Spanish words: a person who typed one may not mean the code."""

WORDS_OF_NO_LANGUAGE = split_word_list(
    """
    und mul mis zxx qaa xx unk oth other otro otra otros any anylanguage anything whatever whichever either
    both cualquier cualquiera ambos igual same yes yesplease yep si sisi siporfavor claro true on ok
    """
)
"""Words used when no language was given, or that answer another question."""

WORDS_AROUND_LANGUAGE = split_word_list(
    """
    language languages idioma idiomas lengua lenguaje lingua interpreter interpreters interpreting interprete
    interpretes translator traductor traductora speaks speak speaking spoken habla hablo hablan hablamos
    hablante mostly mainly
    i we he she they only just solo solamente please por favor the a an un una el la in en my mi
    mother tongue first native main primary preferred speaker is es need needs necesito want quiero of de for
    para yes si
    """
)
"""Words around the name of a language that do not change it."""

WIDER_LANGUAGE_CODES = {
    "cmn": "zh",
    "yue": "zh",
    "nan": "zh",
    "fa_AF": "fa",
    "kmr": "ku",
    "ckb": "ku",
    "tl": "fil",
}
"""In "Chinese (Cantonese)" the narrower language counts."""

SAME_INTERPRETER_CODES = {"cmn": "zh", "tl": "fil"}
"""Codes of one language under two names: the same interpreter serves both."""

LANGUAGE_NAMES_LIKE_CODES = frozenset({"yi"})
"""With a capital letter these are names: "Yi" is not Yiddish."""

PLACE_CODE_BY_PEOPLE = {
    "mexican": "MX", "mexicano": "MX", "guatemalan": "GT", "guatemalteco": "GT", "american": "US",
    "cuban": "CU", "cubano": "CU", "egyptian": "EG", "iraqi": "IQ", "syrian": "SY", "lebanese": "LB",
    "brazilian": "BR",
    "brasileiro": "BR", "brasileno": "BR", "puertorican": "PR", "dominican": "DO", "usa": "US", "us": "US",
    "uk": "GB", "latinamerica": "419", "latinoamerica": "419", "sudanese": "SD", "moroccan": "MA",
    "yemeni": "YE", "venezuelan": "VE", "venezolano": "VE", "colombian": "CO", "colombiano": "CO",
    "honduran": "HN", "hondureno": "HN", "salvadoran": "SV", "salvadoreno": "SV", "afghan": "AF",
}  # fmt: skip
WHOSE_LANGUAGE_WORDS = split_word_list(
    """
    mother mothers mom moms mum mommy mama mamas madre father fathers dad dads daddy papa padre
    parent parents padres child childs kid kids son daughter boy girl patient baby bebe hijo hija
    hijos nino nina ninos ninas grandmother grandma grandfather grandpa grandparents abuela abuelo
    abuelos aunt tia uncle tio guardian tutor tutora sister brother hermana hermano family familia
    escort stepmom stepdad wife husband
    """
)
"""Words that say whose language it is, if several are named."""
