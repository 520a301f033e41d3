"""What an adult is to the child, where two words for it can be compared: "mom" and "madre" are one."""

from __future__ import annotations

from checkin.rules import names

_WORDS = {
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
    "other": "sitter babysitter nanny ninera neighbor neighbour vecina vecino friend amiga amigo nbor",
}
KIN = {word: kin for kin, said in _WORDS.items() for word in said.split()}
BESIDE = frozenset(
    {"the", "his", "her", "their", "my", "child", "childs", "kid", "kids", "patient", "patients", "la", "el"}
    | {"su", "mi", "de", "del", "nino", "nina", "biological", "birth", "natural", "adoptive"}
)
_TITLES = {
    "male": "mr mister sir senor don monsieur herr",
    "female": "mrs ms miss missus madam maam sra srta senora senorita dona madame mme mlle frau",
}
TITLES = frozenset({"mx"}).union(*(said.split() for said in _TITLES.values()))
_SEX_OF_KIN = {
    "male": "father grandfather uncle brother stepfather",
    "female": "mother grandmother aunt sister stepmother",
}
_MORE_OF_A_SEX = {
    "male": "husband esposo boyfriend novio godfather padrino primo vecino amigo",
    "female": "wife esposa girlfriend novia godmother madrina prima vecina amiga tutora apoderada",
}


def words_of_name(name: str) -> set[str]:
    """The words of an adult's name without their title. "Sr." is one at the start; at the end, Senior."""
    said = names.words(name)
    return set(said[1:] if said[:1] == ("sr",) else said) - TITLES


def kin(relationship: str) -> str:
    """What the words say ("his aunt": "aunt"); '' where they say nothing that is known, or two things."""
    found = {KIN[word] for word in names.words(relationship) if word in KIN}
    if "step" in found:
        return "step"
    return found.pop() if len(found) == 1 else ""


_STEP = {
    "stepmother": "stepmother stepmom stepmum madrastra stpmth",
    "stepfather": "stepfather stepdad padrastro stpfth",
    "sitter": "sitter babysitter nanny ninera",
    "neighbor": "neighbor neighbour vecina vecino nbor",
    "friend": "friend amiga amigo",
    "half sister": "hsis",
    "half brother": "hbro",
}
EXACT = {word: kin for kin, said in _STEP.items() for word in said.split()}
STEPPED = {"mother": "stepmother", "father": "stepfather"}
WIDE = {
    "parent": frozenset({"mother", "father"}),
    "grandparent": frozenset({"grandmother", "grandfather"}),
}
MORE = {"parent": "parent", "prn": "parent", "grandparent": "grandparent", "grprnt": "grandparent"}
_SIDES = (
    (
        "maternal materna materno mgrmth mgrfth maunt muncle",
        "paternal paterna paterno pgrmth pgrfth paunt puncle",
    ),
    ("biological birth natural nmth naturalmother fth nfth naturalfather gestm", "adoptive adoptm adoptf"),
)
SIDE = {
    word: (kind, side) for kind, pair in enumerate(_SIDES) for side in (0, 1) for word in pair[side].split()
}
_SAYS_NO_KIN = frozenset(
    {"guardian", "legal", "custodial", "emergency", "contact", "primary", "and", "y", "tutor", "tutora"}
)


_SEX = {
    word: sex
    for said in (_SEX_OF_KIN, _MORE_OF_A_SEX)
    for sex, words in said.items()
    for word in words.split()
}


def sex_of_title(name: str) -> str:
    """What the title in a name says: "Mr. Marsh" is male; "" where there is none, or two."""
    said = names.words(name)
    found = {sex for sex, titles in _TITLES.items() if not set(titles.split()).isdisjoint(said)}
    if said[:1] == ("sr",) and len(said) > 1:
        found.add("male")
    return found.pop() if len(found) == 1 else ""


def sex_of_kin(relationship: str) -> str:
    """What the relationship says ("foster mother": female); "" where it says nothing, or two things."""
    found = {_SEX.get(EXACT.get(word) or KIN.get(word, word), "") for word in names.words(relationship)}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def is_one_kin(one: str, other: str) -> bool:
    """Whether both say one adult: "mom" and "mother", "abuela" and "grandmother", and nothing in doubt.

    Narrower than `is_same_kin`: a stepmother is no stepfather, the mother's boyfriend no mother, and who is
    the mother's mother not the father's.
    """
    said = names.normalise(one)
    if said and said == names.normalise(other):
        return True
    first, second = _exact_kin(one), _exact_kin(other)
    if not first or not second:
        return False
    sides = [dict(SIDE[word] for word in names.words(text) if word in SIDE) for text in (one, other)]
    if any(sides[0][kind] != sides[1][kind] for kind in sides[0].keys() & sides[1].keys()):
        return False
    return first == second or second in WIDE.get(first, ()) or first in WIDE.get(second, ())


def _exact_kin(relationship: str) -> str:
    """What the words say where they say one thing and nothing else; '' otherwise."""
    said = [word for word in names.words(relationship) if word not in BESIDE | _SAYS_NO_KIN]
    said = [word for word in said if word in KIN or word not in SIDE]
    found = {EXACT.get(word) or MORE.get(word) or KIN.get(word, "") for word in said}
    if len(found) == 2 and "step" in found:
        return STEPPED.get((found - {"step"}).pop(), "")
    return "" if len(found) != 1 else found.pop()


def split_kin(text: str) -> tuple[str, str]:
    """A name and what they are to the child, where one text says both ("Ana Ruiz (mother)")."""
    said = [(word, names.words(word)) for word in text.split()]
    kinds = [word for word, keys in said if any(key in KIN for key in keys)]
    rest = [word for word, keys in said if not any(key in KIN or key in BESIDE for key in keys)]
    return (" ".join(rest), " ".join(kinds)) if kinds else (text, "")


def is_other_kin(one: str, other: str) -> bool:
    """Whether both are known and differ: an aunt is not the mother, whatever her name."""
    first, second = kin(one), kin(other)
    return bool(first and second and first != second)


def is_same_kin(one: str, other: str) -> bool:
    """Whether both say the same, in the same words or in others."""
    said = names.normalise(one)
    return said != "" and (said == names.normalise(other) or bool(kin(one)) and kin(one) == kin(other))


def is_kin_only(words: set[str], beside: frozenset[str] = frozenset()) -> bool:
    """Whether they say what somebody is to the child and nothing else: "his mother", "la mamá"."""
    return words <= KIN.keys() | BESIDE | beside


def is_same_word(one: str, other: str) -> bool:
    """The same, of a text that says nothing else: "his mother", and not "mother Ana"."""
    alone = all(word in KIN or word in BESIDE for word in names.words(one))
    said = names.normalise(one)
    return said != "" and (said == names.normalise(other) or (alone and is_same_kin(one, other)))
