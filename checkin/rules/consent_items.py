"""Whether two texts name the same item of care ("flu shot", "Influenza"), or surely two different ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from checkin.rules import names
from checkin.rules.consent_item_words import (
    AFTER_PREPOSITION,
    ALL,
    BEFORE_NUMBER,
    BEFORE_OTHER_NUMBER,
    BETWEEN,
    BETWEEN_LETTERS,
    BOTH,
    BUT,
    DIGITS,
    DOSES,
    FAMILIES,
    FILLER,
    HEPATITIS,
    HOW_MANY,
    IF,
    KINDS,
    NOT_OF_DOSE,
    NUMBERS,
    ON_LABELS,
    ONE_PRODUCT,
    ONLY,
    PLAIN,
    SEVERAL,
    SOME,
    SPELT_OUT,
    UNITS,
)


def words_of(item: str) -> tuple[str, ...]:
    for spelt, word in SPELT_OUT:
        item = spelt.sub(word, item)
    said = names.words(item)
    if all(word.isdigit() or word in OF_NO_ITEM for word in said):
        return tuple(DIGITS.get(word, word) for word in said)
    return said


ORDINALS = {word for word, dose in DOSES.items() if dose != DOSES["booster"]}
OF_NO_ITEM = FILLER | SOME | HOW_MANY | ALL
"""Where only these were said beside a number, it says how many: "only 1 today"."""


def content(item: str) -> list[str]:
    """The words that say which item it is, in any order."""
    said = words_of(item)
    around = zip(("", *said), said, (*said[1:], ""), strict=False)
    return sorted(three[1] for three in around if three[1] not in FILLER or is_letter(*three))


def is_letter(before: str, word: str, after: str) -> bool:
    """Whether "a" is the letter of a vaccine ("Hepatitis A"), and no article or preposition."""
    return word == "a" and before in KINDS and after not in AFTER_PREPOSITION


def is_all(item: str) -> bool:
    """Whether no item is named: nothing, "all vaccines", "the shots", "both vaccines".

    Of a yes that says a number, `how_many` says of how many: it is of all only where so many were due.
    """
    said, several = set(content(item)), bool(SEVERAL & set(words_of(item)))
    if several or said & (ALL | BOTH):
        return all(word in ALL or is_number(word) for word in said)
    return not item.strip() or bool(said) and said <= ALL


def is_number(word: str) -> bool:
    return word in HOW_MANY or word in NUMBERS or word.isdecimal()


def how_many(item: str) -> int | None:
    """How many items it is said of where it names none: 2 of "both vaccines", 3 of "all three".

    None where it names one or says no number; 0 where it says several numbers ("two of the three vaccines").
    """
    if not is_all(item):
        return None
    found = {
        2 if word in BOTH else NUMBERS.get(word) or int(word) for word in words_of(item) if is_number(word)
    }
    return None if not found else found.pop() if len(found) == 1 else 0


def leaves_out(item: str) -> bool:
    """Whether it says what it is not ("everything but the flu shot"), and so names no item."""
    return not BUT.isdisjoint(words_of(item))


def has_condition(item: str) -> bool:
    """Whether it says more than an item ("MMR if dad agrees", "maybe MMR", "flu next month").

    Of a vaccine, or of all of them, whatever is no word that is known to say nothing of that.
    """
    if "?" in item and words_of(item):
        return True
    said = set(words_of(item))
    if is_all(item):
        return False
    counts = {word for word in said if word in SOME or is_number(word) or word.isdigit()}
    if not kinds(item) and counts and said <= OF_NO_ITEM | counts | ORDINALS:
        # "The first two": which ones, the words alone do not say.
        return True
    known = FILLER | ON_LABELS | PLAIN | ALL | HOW_MANY | KINDS.keys() | DOSES.keys()
    named = bool(kinds(item) or said & (ALL | SEVERAL | HOW_MANY))
    return bool(said & IF) or says_if(item) or (named and any(is_word(one) for one in said - known))


def narrows(item: str) -> bool:
    """Whether it names something and says that it is no more than that ("only the flu shot")."""
    said = set(words_of(item))
    return bool(said & ONLY) and bool(said - OF_NO_ITEM - ONLY)


def says_if(item: str) -> bool:
    """Whether a Spanish "si" is an if: with words before it and more than filler after it, and no accent."""
    said = list(words_of(item))
    at = said.index("si") if "si" in said else 0
    return bool(at and set(said[at + 1 :]) - FILLER) and "sí" not in item.casefold()


def left_out(item: str) -> str:
    """What a yes says no to: "covid" of "flu but not covid". "" where it names nothing that is known."""
    said = words_of(item)
    at = next((nth for nth, word in enumerate(said) if word in BUT), len(said))
    rest = " ".join(word for word in said[at + 1 :] if word not in BUT)
    return rest if kinds(rest) else ""


def is_word(said: str) -> bool:
    """Whether it is more than a number, a letter, or a number with its unit ("2nd", "9vhpv")."""
    return len(said) > 1 and not said[0].isdigit()


def may_be_of(item: str, asked: str) -> bool:
    """Whether a yes on a condition may be about what is asked; "" asks about all of that care."""
    if left_out(item) and (words_of(item)[0] in BUT or set(words_of(item)) & ALL):
        # "All but the flu shot", "no flu": a yes to what is not named, and a no to what is (`left_out`).
        return False
    if asked:
        return not kinds(asked) or not kinds(item) or bool(kinds(asked) & kinds(item))
    return not kinds(item) and bool(set(words_of(item)) & (ALL | SEVERAL | HOW_MANY | SOME))


def kinds(item: str) -> set[str]:
    """The diseases that a vaccine of this name is against; none where the name does not say."""
    found = [KINDS[word] for word in words_of(item) if word in KINDS]
    # "Haemophilus influenzae" is "hib", and "hib influenza" too.
    against = set().union(*found)
    letters = letters_of_hepatitis(words_of(item))
    if len(letters) == 1 and not against - {"hepatitis a", "hepatitis b"}:
        against &= {f"hepatitis {letters.pop()}"}
    return against - {"flu"} if "hib" in against else against


def letters_of_hepatitis(said: Sequence[str]) -> set[str]:
    """The letters right behind the name: A and B of "hep A/B", none of "a hepatitis shot"."""
    at = next((nth for nth, word in enumerate(said) if word in HEPATITIS), len(said))
    behind = zip(said[at + 1 :], (*said[at + 2 :], ""), strict=False)
    run = takewhile(lambda pair: pair[0] in BETWEEN_LETTERS or is_letter("hep", *pair), behind)
    return {"a", "b"} & {word for word, _ in run}


def may_be_of_family(item: str, asked: str) -> bool:
    """Whether one says no more than the family of the other: "hepatitis" and "Hep A", "polio" and "IPV"."""
    if names_item(item, asked) or not kinds(item) & kinds(asked):
        return False
    return any(says_family(part) for part in parts(item)) or says_family(asked)


def says_family(item: str) -> bool:
    said = {word for word in content(item) if word not in DOSES and not word.isdigit()}
    if letters_of_hepatitis(words_of(item)) == {"a", "b"}:
        said -= {"a", "b"}
    return any(said and said <= family for family in FAMILIES)


def is_same_item(one: str, other: str) -> bool:
    """Whether both say the same: in the same words, or of one vaccine in whichever."""
    if (names.normalise(one) or one.strip()) == (names.normalise(other) or other.strip()):
        return True
    if leaves_out(one) or leaves_out(other):
        return False
    if is_other_dose(one, other):
        return False
    first, second = content(one), content(other)
    is_said_alike = bool(first and first == second and kinds(one) == kinds(other))
    return is_said_alike or kinds(one) == kinds(other) in ONE_PRODUCT


def is_other_dose(one: str, other: str) -> bool:
    """Whether both say which dose of a vaccine it is, and not the same one."""
    first, second = doses_of(one), doses_of(other)
    return bool(first and second) and first.isdisjoint(second)


def doses_of(item: str) -> set[int]:
    """Which dose of a vaccine it is: 2 of "2nd MMR", "MMR #2", "MMR dose two" and "segunda dosis de MMR"."""
    said = words_of(NOT_OF_DOSE.sub(" x ", item))
    if not kinds(item):
        return {DOSES[word] for word in said if word in DOSES}
    around = zip(("", *said), said, (*said[1:], ""), strict=False)
    numbers = (number_of(*three) for three in around)
    return {number for number in numbers if number}


def number_of(before: str, word: str, after: str) -> int:
    """Which dose a word says between its neighbors; 0 where none."""
    if word in DOSES:
        return DOSES[word]
    if after in UNITS or before in BEFORE_OTHER_NUMBER:
        return 0
    if before in BEFORE_NUMBER or after in BEFORE_NUMBER:
        return NUMBERS.get(word) or (int(word) if word.isdigit() and len(word) < 3 else 0)
    return int(word) if word in DIGITS and word < "7" else 0


def may_be_same_item(one: str, other: str) -> bool:
    """Whether they may be the same: all but two vaccines that are surely against different diseases."""
    if leaves_out(one) or leaves_out(other):
        return True
    first, second = kinds(one), kinds(other)
    return not first or not second or bool(first & second)


def parts(item: str) -> list[str]:
    """The items that one text names: "flu and MMR" is two. What cannot be told apart stays one."""
    said = [part for part in BETWEEN.split(item) if part.strip()]
    are_known = len(said) > 1 and all(kinds(part) for part in said)
    is_one = leaves_out(item) or kinds(item) in ONE_PRODUCT
    return said if are_known and not is_one else [item]


def names_item(said: str, item: str) -> bool:
    """Whether who agreed to this agreed to that item."""
    return is_same_item(said, item) or any(is_same_item(part, item) for part in parts(said))


def names_refused(agreed: str, refused: str, asked: str = "") -> bool:
    """Whether a yes names all that a no was of, or was of all; of a list, what may be the one asked."""
    if is_all(refused) or is_same_item(agreed, refused):
        return True
    of = [one for one in parts(refused) if not asked or may_be_same_item(one, asked)]
    return bool(of) and all(any(is_same_item(part, one) for part in parts(agreed)) for one in of)
