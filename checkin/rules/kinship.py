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
_KIN = {word: kin for kin, said in _WORDS.items() for word in said.split()}
_BESIDE = frozenset(
    {"the", "his", "her", "their", "my", "child", "childs", "kid", "kids", "patient", "patients", "la", "el"}
    | {"su", "mi", "de", "del", "nino", "nina", "biological", "birth", "natural", "adoptive"}
)
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "sra", "srta", "senor", "senora", "don", "dona"})


def words_of_name(name: str) -> set[str]:
    """The words of an adult's name without their title. "Sr." is one at the start; at the end, Senior."""
    said = names.words(name)
    return set(said[1:] if said[:1] == ("sr",) else said) - TITLES


def kin(relationship: str) -> str:
    """What the words say ("his aunt": "aunt"); '' where they say nothing that is known, or two things."""
    found = {_KIN[word] for word in names.words(relationship) if word in _KIN}
    if "step" in found:
        return "step"
    return found.pop() if len(found) == 1 else ""


def split_kin(text: str) -> tuple[str, str]:
    """A name and what they are to the child, where one text says both ("Ana Ruiz (mother)")."""
    said = [(word, names.words(word)) for word in text.split()]
    kinds = [word for word, keys in said if any(key in _KIN for key in keys)]
    rest = [word for word, keys in said if not any(key in _KIN or key in _BESIDE for key in keys)]
    return (" ".join(rest), " ".join(kinds)) if kinds else (text, "")


def is_other_kin(one: str, other: str) -> bool:
    """Whether both are known and differ: an aunt is not the mother, whatever her name."""
    first, second = kin(one), kin(other)
    return bool(first and second and first != second)


def is_same_kin(one: str, other: str) -> bool:
    """Whether both say the same, in the same words or in others."""
    said = names.normalise(one)
    return said != "" and (said == names.normalise(other) or bool(kin(one)) and kin(one) == kin(other))


def is_same_word(one: str, other: str) -> bool:
    """The same, of a text that says nothing else: "his mother", and not "mother Ana"."""
    alone = all(word in _KIN or word in _BESIDE for word in names.words(one))
    said = names.normalise(one)
    return said != "" and (said == names.normalise(other) or (alone and is_same_kin(one, other)))
