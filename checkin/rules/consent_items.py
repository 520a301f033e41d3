"""Compare items of care: whether two texts name the same one ("flu shot", "Influenza") or surely not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from checkin.rules import name_keys
from checkin.rules.consent_item_words import (
    AFTER_SPANISH_A,
    ALL_ITEMS_WORDS,
    BEFORE_DOSE_NUMBER,
    BEFORE_OTHER_NUMBER,
    BETWEEN_HEPATITIS_LETTERS,
    BETWEEN_ITEMS,
    BOTH_ITEMS_WORDS,
    CONDITION_WORDS,
    DISEASES_BY_WORD,
    DOSE_BY_WORD,
    EXCEPTION_WORDS,
    HEPATITIS_WORDS,
    HOW_MANY_WORDS,
    ITEM_FILLER_WORDS,
    NARROWING_WORDS,
    NOT_A_DOSE_NUMBER,
    NUMBER_BY_WORD,
    PLURAL_VACCINE_WORDS,
    SINGLE_PRODUCT_DISEASES,
    SOME_OF_THEM_WORDS,
    SPELLED_OUT_ITEMS,
    UNIT_WORDS,
    VACCINE_FAMILY_WORDS,
    VACCINE_LABEL_WORDS,
    WORD_BY_DIGIT,
    WORDS_OF_NO_CONDITION,
)


def _item_words(item: str) -> tuple[str, ...]:
    for spelled, word in SPELLED_OUT_ITEMS:
        item = spelled.sub(word, item)
    said = name_keys.normalized_words(item)
    if all(word.isdigit() or word in _WORDS_OF_NO_ITEM for word in said):
        return tuple(WORD_BY_DIGIT.get(word, word) for word in said)
    return said


_ORDINAL_DOSE_WORDS = {word for word, dose in DOSE_BY_WORD.items() if dose != DOSE_BY_WORD["booster"]}
_WORDS_OF_NO_ITEM = ITEM_FILLER_WORDS | SOME_OF_THEM_WORDS | HOW_MANY_WORDS | ALL_ITEMS_WORDS
"""If only these words are next to a number, it is a count: "only 1 today"."""


def _item_content_words(item: str) -> list[str]:
    """Return the sorted words that say which item it is."""
    said = _item_words(item)
    around = zip(("", *said), said, (*said[1:], ""), strict=False)
    return sorted(
        three[1] for three in around if three[1] not in ITEM_FILLER_WORDS or _is_vaccine_letter(*three)
    )


def _is_vaccine_letter(before: str, word: str, after: str) -> bool:
    """Return whether "a" is a vaccine's letter ("Hepatitis A"), not an article or a preposition."""
    return word == "a" and before in DISEASES_BY_WORD and after not in AFTER_SPANISH_A


def is_of_all_items(item: str) -> bool:
    """Return whether no item is named: nothing, "all vaccines", "the shots", "both vaccines".

    For a yes with a number, `count_unnamed_items` gives the number: it covers all of them only if exactly
    that many were due.
    """
    said, several = set(_item_content_words(item)), bool(PLURAL_VACCINE_WORDS & set(_item_words(item)))
    if several or said & (ALL_ITEMS_WORDS | BOTH_ITEMS_WORDS):
        return all(word in ALL_ITEMS_WORDS or _is_count_word(word) for word in said)
    return not item.strip() or (bool(said) and said <= ALL_ITEMS_WORDS)


def _is_count_word(word: str) -> bool:
    return word in HOW_MANY_WORDS or word in NUMBER_BY_WORD or word.isdecimal()


def count_unnamed_items(item: str) -> int | None:
    """Return how many items it covers if it names none: 2 for "both vaccines", 3 for "all three".

    Return None if it names an item or gives no number, and 0 if it gives several numbers ("two of the three
    vaccines").
    """
    if not is_of_all_items(item):
        return None
    found = {
        2 if word in BOTH_ITEMS_WORDS else NUMBER_BY_WORD.get(word) or int(word)
        for word in _item_words(item)
        if _is_count_word(word)
    }
    return None if not found else found.pop() if len(found) == 1 else 0


def _has_exception(item: str) -> bool:
    """Return whether it says what is excluded ("everything but the flu shot"), and so names no item."""
    return not EXCEPTION_WORDS.isdisjoint(_item_words(item))


def has_item_condition(item: str) -> bool:
    """Return whether it says more than an item ("MMR if dad agrees", "maybe MMR", "flu next month").

    For a vaccine, or for all of them, every word counts as more unless we know that it sets no condition.
    """
    if "?" in item and _item_words(item):
        return True
    said = set(_item_words(item))
    if is_of_all_items(item):
        return False
    counts = {word for word in said if word in SOME_OF_THEM_WORDS or _is_count_word(word) or word.isdigit()}
    if not vaccine_diseases(item) and counts and said <= _WORDS_OF_NO_ITEM | counts | _ORDINAL_DOSE_WORDS:
        # "The first two" does not say which ones.
        return True
    known = (
        ITEM_FILLER_WORDS
        | VACCINE_LABEL_WORDS
        | WORDS_OF_NO_CONDITION
        | ALL_ITEMS_WORDS
        | HOW_MANY_WORDS
        | DISEASES_BY_WORD.keys()
        | DOSE_BY_WORD.keys()
    )
    named = bool(vaccine_diseases(item) or said & (ALL_ITEMS_WORDS | PLURAL_VACCINE_WORDS | HOW_MANY_WORDS))
    return (
        bool(said & CONDITION_WORDS)
        or _has_spanish_if(item)
        or (named and any(_is_more_than_a_number(one) for one in said - known))
    )


def is_narrowed_to_item(item: str) -> bool:
    """Return whether it names something and says that it is nothing more ("only the flu shot")."""
    said = set(_item_words(item))
    return bool(said & NARROWING_WORDS) and bool(said - _WORDS_OF_NO_ITEM - NARROWING_WORDS)


def _has_spanish_if(item: str) -> bool:
    """Return whether "si" means "if": words before it, more than filler after it, and no accent."""
    said = list(_item_words(item))
    at = said.index("si") if "si" in said else 0
    return bool(at and set(said[at + 1 :]) - ITEM_FILLER_WORDS) and "sí" not in item.casefold()


def item_left_out(item: str) -> str:
    """Return what a yes excludes: "covid" of "flu but not covid"; "" if that is not a known vaccine."""
    said = _item_words(item)
    at = next((nth for nth, word in enumerate(said) if word in EXCEPTION_WORDS), len(said))
    rest = " ".join(word for word in said[at + 1 :] if word not in EXCEPTION_WORDS)
    return rest if vaccine_diseases(rest) else ""


def _is_more_than_a_number(said: str) -> bool:
    """Return whether it is more than a letter, a number, or a number with a unit ("2nd", "9vhpv")."""
    return len(said) > 1 and not said[0].isdigit()


def may_be_about_asked_item(item: str, asked: str) -> bool:
    """Return whether a conditional yes may be about `asked`; "" asks about all of that care."""
    if item_left_out(item) and (
        _item_words(item)[0] in EXCEPTION_WORDS or set(_item_words(item)) & ALL_ITEMS_WORDS
    ):
        # "All but the flu shot", "no flu": a yes to what is not named, and a no to what is (`item_left_out`).
        return False
    if asked:
        return (
            not vaccine_diseases(asked)
            or not vaccine_diseases(item)
            or bool(vaccine_diseases(asked) & vaccine_diseases(item))
        )
    return not vaccine_diseases(item) and bool(
        set(_item_words(item))
        & (ALL_ITEMS_WORDS | PLURAL_VACCINE_WORDS | HOW_MANY_WORDS | SOME_OF_THEM_WORDS)
    )


def vaccine_diseases(item: str) -> set[str]:
    """Return the diseases that a vaccine of this name protects against; none if the name does not say."""
    found = [DISEASES_BY_WORD[word] for word in _item_words(item) if word in DISEASES_BY_WORD]
    # "Haemophilus influenzae" is "hib", and so is "hib influenza".
    against = set().union(*found)
    letters = _letters_of_hepatitis(_item_words(item))
    if len(letters) == 1 and not against - {"hepatitis a", "hepatitis b"}:
        against &= {f"hepatitis {letters.pop()}"}
    return against - {"flu"} if "hib" in against else against


def _letters_of_hepatitis(said: Sequence[str]) -> set[str]:
    """Return the letters right after the name: A and B for "hep A/B", none for "a hepatitis shot"."""
    at = next((nth for nth, word in enumerate(said) if word in HEPATITIS_WORDS), len(said))
    behind = zip(said[at + 1 :], (*said[at + 2 :], ""), strict=False)
    run = takewhile(
        lambda pair: pair[0] in BETWEEN_HEPATITIS_LETTERS or _is_vaccine_letter("hep", *pair), behind
    )
    return {"a", "b"} & {word for word, _ in run}


def may_be_of_vaccine_family(item: str, asked: str) -> bool:
    """Return whether one text names only the other's family: "hepatitis" and "Hep A", "polio" and "IPV"."""
    if is_care_item_named(item, asked) or not vaccine_diseases(item) & vaccine_diseases(asked):
        return False
    return any(_is_vaccine_family_name(part) for part in split_care_items(item)) or _is_vaccine_family_name(
        asked
    )


def _is_vaccine_family_name(item: str) -> bool:
    said = {word for word in _item_content_words(item) if word not in DOSE_BY_WORD and not word.isdigit()}
    if _letters_of_hepatitis(_item_words(item)) == {"a", "b"}:
        said -= {"a", "b"}
    return any(said and said <= family for family in VACCINE_FAMILY_WORDS)


def is_same_care_item(one: str, other: str) -> bool:
    """Return whether both name the same item: in the same words, or one vaccine in different words."""
    if (name_keys.normalize_text(one) or one.strip()) == (name_keys.normalize_text(other) or other.strip()):
        return True
    if _has_exception(one) or _has_exception(other):
        return False
    if _is_other_dose_of_item(one, other):
        return False
    first, second = _item_content_words(one), _item_content_words(other)
    is_said_alike = bool(first and first == second and vaccine_diseases(one) == vaccine_diseases(other))
    return is_said_alike or vaccine_diseases(one) == vaccine_diseases(other) in SINGLE_PRODUCT_DISEASES


def _is_other_dose_of_item(one: str, other: str) -> bool:
    """Return whether both give a dose number of a vaccine, and the numbers differ."""
    first, second = dose_numbers_of_item(one), dose_numbers_of_item(other)
    return bool(first and second) and first.isdisjoint(second)


def dose_numbers_of_item(item: str) -> set[int]:
    """Return the dose numbers in a text: 2 for "2nd MMR", "MMR #2", "MMR dose two", "segunda dosis"."""
    said = _item_words(NOT_A_DOSE_NUMBER.sub(" x ", item))
    if not vaccine_diseases(item):
        return {DOSE_BY_WORD[word] for word in said if word in DOSE_BY_WORD}
    around = zip(("", *said), said, (*said[1:], ""), strict=False)
    numbers = (_dose_number_of_word(*three) for three in around)
    return {number for number in numbers if number}


def _dose_number_of_word(before: str, word: str, after: str) -> int:
    """Return the dose number that a word gives between its neighbors; 0 for none."""
    if word in DOSE_BY_WORD:
        return DOSE_BY_WORD[word]
    if after in UNIT_WORDS or before in BEFORE_OTHER_NUMBER:
        return 0
    if before in BEFORE_DOSE_NUMBER or after in BEFORE_DOSE_NUMBER:
        return NUMBER_BY_WORD.get(word) or (int(word) if word.isdigit() and len(word) < 3 else 0)
    return int(word) if word in WORD_BY_DIGIT and word < "7" else 0


def may_be_same_care_item(one: str, other: str) -> bool:
    """Return False only for two vaccines that are certainly against different diseases."""
    if _has_exception(one) or _has_exception(other):
        return True
    first, second = vaccine_diseases(one), vaccine_diseases(other)
    return not first or not second or bool(first & second)


def split_care_items(item: str) -> list[str]:
    """Return the items that a text names: two for "flu and MMR". Text that cannot be split is one item."""
    said = [part for part in BETWEEN_ITEMS.split(item) if part.strip()]
    are_known = len(said) > 1 and all(vaccine_diseases(part) for part in said)
    is_one = _has_exception(item) or vaccine_diseases(item) in SINGLE_PRODUCT_DISEASES
    return said if are_known and not is_one else [item]


def is_care_item_named(said: str, item: str) -> bool:
    """Return whether a yes to `said` is a yes to `item`."""
    return is_same_care_item(said, item) or any(
        is_same_care_item(part, item) for part in split_care_items(said)
    )


def is_refused_item_named(agreed: str, refused: str, asked: str = "") -> bool:
    """Return whether a yes names everything that a no was about; of a list, only what may be `asked` counts.

    A no to everything is covered by any yes.
    """
    if is_of_all_items(refused) or is_same_care_item(agreed, refused):
        return True
    of = [one for one in split_care_items(refused) if not asked or may_be_same_care_item(one, asked)]
    return bool(of) and all(
        any(is_same_care_item(part, one) for part in split_care_items(agreed)) for one in of
    )
