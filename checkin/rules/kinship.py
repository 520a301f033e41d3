"""What an adult is to the child, in words that can be compared: "mom" and "madre" are the same."""

from __future__ import annotations

from checkin.rules import name_keys

_KIN_WORDS = {
    "mother": "mother mom mum mommy mummy mama mami mamita maman mamma mutter mutti mere madre "
    "mth nmth naturalmother gestm adoptm",
    "father": "father dad daddy papa papi papito papai vater pere padre fth nfth naturalfather adoptf",
    "grandmother": "grandmother grandma granny nana abuela abuelita grmth mgrmth pgrmth",
    "grandfather": "grandfather grandpa granddad abuelo abuelito grfth mgrfth pgrfth",
    "aunt": "aunt auntie aunty tia aunt maunt paunt",
    "uncle": "uncle tio uncle muncle puncle",
    "sister": "sister hermana sis nsis hsis",
    "brother": "brother hermano bro nbro hbro",
    "cousin": "cousin primo prima cousn",
    "step": "step stepmother stepmom stepmum stepfather stepdad madrastra padrastro stpmth stpfth",
    "other": "sitter babysitter nanny ninera ninero neighbor neighbour vecina vecino friend amiga amigo nbor",
}
KIN_BY_WORD = {word: kin for kin, said in _KIN_WORDS.items() for word in said.split()}
WORDS_BESIDE_KIN = frozenset(
    {"the", "his", "her", "their", "my", "child", "childs", "kid", "kids", "patient", "patients", "la", "el"}
    | {"su", "mi", "de", "del", "nino", "nina", "biological", "birth", "natural", "adoptive"}
)
_TITLES_BY_SEX = {
    "male": "mr mister sir senor don monsieur herr",
    "female": "mrs ms miss missus madam maam sra srta senora senorita dona madame mme mlle frau",
}
_ADULT_TITLES = frozenset({"mx"}).union(*(said.split() for said in _TITLES_BY_SEX.values()))
_SEX_OF_KIN = {
    "male": "father grandfather uncle brother stepfather",
    "female": "mother grandmother aunt sister stepmother",
}
_MORE_OF_A_SEX = {
    "male": "husband esposo boyfriend novio godfather padrino primo vecino amigo",
    "female": "wife esposa girlfriend novia godmother madrina prima vecina amiga tutora apoderada",
}


def adult_name_words(name: str) -> set[str]:
    """Return the words of a name without a title. "Sr." is a title at the start, and Senior at the end."""
    said = name_keys.normalized_words(name)
    return set(said[1:] if said[:1] == ("sr",) else said) - _ADULT_TITLES


def kin_of_relationship(relationship: str) -> str:
    """Return the kin in a text ("his aunt": "aunt"); "" if it names none that we know, or two."""
    found = {KIN_BY_WORD[word] for word in name_keys.normalized_words(relationship) if word in KIN_BY_WORD}
    if "step" in found:
        return "step"
    return found.pop() if len(found) == 1 else ""


_EXACT_KIN_WORDS = {
    "stepmother": "stepmother stepmom stepmum madrastra stpmth",
    "stepfather": "stepfather stepdad padrastro stpfth",
    "sitter": "sitter babysitter nanny ninera ninero",
    "neighbor": "neighbor neighbour vecina vecino nbor",
    "friend": "friend amiga amigo",
    "half sister": "hsis",
    "half brother": "hbro",
}
EXACT_KIN_BY_WORD = {word: kin for kin, said in _EXACT_KIN_WORDS.items() for word in said.split()}
STEP_KIN_BY_PARENT = {"mother": "stepmother", "father": "stepfather"}
NARROWER_KIN = {
    "parent": frozenset({"mother", "father"}),
    "grandparent": frozenset({"grandmother", "grandfather"}),
}
WIDER_KIN_BY_WORD = {
    "parent": "parent",
    "prn": "parent",
    "grandparent": "grandparent",
    "grprnt": "grandparent",
}
_FAMILY_SIDE_WORDS = (
    (
        "maternal materna materno mgrmth mgrfth maunt muncle",
        "paternal paterna paterno pgrmth pgrfth paunt puncle",
    ),
    ("biological birth natural nmth naturalmother fth nfth naturalfather gestm", "adoptive adoptm adoptf"),
)
FAMILY_SIDE_BY_WORD = {
    word: (kind, side)
    for kind, pair in enumerate(_FAMILY_SIDE_WORDS)
    for side in (0, 1)
    for word in pair[side].split()
}
_WORDS_OF_NO_KIN = frozenset(
    {"guardian", "legal", "custodial", "emergency", "contact", "primary", "and", "y", "tutor", "tutora"}
)


_SEX_BY_KIN_WORD = {
    word: sex
    for said in (_SEX_OF_KIN, _MORE_OF_A_SEX)
    for sex, words in said.items()
    for word in words.split()
}


def sex_of_title(name: str) -> str:
    """Return the sex that a title gives: "Mr. Marsh" is male; "" for no title, or two."""
    said = name_keys.normalized_words(name)
    found = {sex for sex, titles in _TITLES_BY_SEX.items() if not set(titles.split()).isdisjoint(said)}
    if said[:1] == ("sr",) and len(said) > 1:
        found.add("male")
    return found.pop() if len(found) == 1 else ""


def sex_of_kin(relationship: str) -> str:
    """Return the sex that a relationship gives ("foster mother": female); "" if it gives none, or two."""
    found = {
        _SEX_BY_KIN_WORD.get(EXACT_KIN_BY_WORD.get(word) or KIN_BY_WORD.get(word, word), "")
        for word in name_keys.normalized_words(relationship)
    }
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def is_exactly_same_kin(one: str, other: str) -> bool:
    """Return whether both name exactly one relationship: "mom" and "mother", "abuela" and "grandmother".

    Stricter than `is_same_kin`: a stepmother is not a stepfather, the mother's boyfriend is not the mother,
    and a maternal grandmother is not a paternal one.
    """
    said = name_keys.normalize_text(one)
    if said and said == name_keys.normalize_text(other):
        return True
    first, second = _exact_kin_of_relationship(one), _exact_kin_of_relationship(other)
    if not first or not second:
        return False
    sides = [
        dict(
            FAMILY_SIDE_BY_WORD[word]
            for word in name_keys.normalized_words(text)
            if word in FAMILY_SIDE_BY_WORD
        )
        for text in (one, other)
    ]
    if any(sides[0][kind] != sides[1][kind] for kind in sides[0].keys() & sides[1].keys()):
        return False
    return first == second or second in NARROWER_KIN.get(first, ()) or first in NARROWER_KIN.get(second, ())


def _exact_kin_of_relationship(relationship: str) -> str:
    """Return the kin if the text names one and nothing else; "" otherwise."""
    said = [
        word
        for word in name_keys.normalized_words(relationship)
        if word not in WORDS_BESIDE_KIN | _WORDS_OF_NO_KIN
    ]
    said = [word for word in said if word in KIN_BY_WORD or word not in FAMILY_SIDE_BY_WORD]
    found = {
        EXACT_KIN_BY_WORD.get(word) or WIDER_KIN_BY_WORD.get(word) or KIN_BY_WORD.get(word, "")
        for word in said
    }
    if len(found) == 2 and "step" in found:
        return STEP_KIN_BY_PARENT.get((found - {"step"}).pop(), "")
    return "" if len(found) != 1 else found.pop()


def split_kin_from_text(text: str) -> tuple[str, str]:
    """Return name and relationship if one text says both ("Ana Ruiz (mother)"); else the text and ""."""
    said = [(word, name_keys.normalized_words(word)) for word in text.split()]
    kinds = [word for word, keys in said if any(key in KIN_BY_WORD for key in keys)]
    rest = [
        word for word, keys in said if not any(key in KIN_BY_WORD or key in WORDS_BESIDE_KIN for key in keys)
    ]
    return (" ".join(rest), " ".join(kinds)) if kinds else (text, "")


def is_other_kin(one: str, other: str) -> bool:
    """Return whether both are known and differ: an aunt is not the mother, whatever her name."""
    first, second = kin_of_relationship(one), kin_of_relationship(other)
    return bool(first and second and first != second)


def is_same_kin(one: str, other: str) -> bool:
    """Return whether both say the same relationship, in the same words or in others."""
    said = name_keys.normalize_text(one)
    return said != "" and (
        said == name_keys.normalize_text(other)
        or (bool(kin_of_relationship(one)) and kin_of_relationship(one) == kin_of_relationship(other))
    )


def is_kin_only(words: set[str], beside: frozenset[str] = frozenset()) -> bool:
    """Return whether the words name a relationship and nothing else: "his mother", "la mamá"."""
    return words <= KIN_BY_WORD.keys() | WORDS_BESIDE_KIN | beside


def is_same_kin_word(one: str, other: str) -> bool:
    """Return `is_same_kin`, if `one` says nothing but a relationship: "his mother", not "mother Ana"."""
    alone = all(word in KIN_BY_WORD or word in WORDS_BESIDE_KIN for word in name_keys.normalized_words(one))
    said = name_keys.normalize_text(one)
    return said != "" and (said == name_keys.normalize_text(other) or (alone and is_same_kin(one, other)))
