"""Characters that nobody sees: which are removed from typed text, and which a script or an emoji needs."""

from __future__ import annotations

import unicodedata

_ZERO_WIDTH_JOINERS = "\u200c\u200d"
"""Zero width non-joiner and joiner: without them some Persian words and many emoji change."""
_JOINING_SCRIPTS = (
    range(0x0600, 0x10A0),
    range(0x1700, 0x18B0),
    range(0xA840, 0xAC00),
    range(0x11000, 0x12000),
    range(0x1E900, 0x1E960),
)
_SEEN_FORMATS = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
"""Format characters that are visible, such as the Arabic year sign."""
_NEVER_SEEN = {
    *(0x034F, 0x17B4, 0x17B5),  # marks by category
    *(0x115F, 0x1160, 0x3164, 0xFFA0),  # Hangul fillers: letters by category
    *(0x2065, *range(0xFFF0, 0xFFF9)),  # kept free for more of them
}
"""Characters that Unicode calls default ignorable though no control or format character."""
_MONGOLIAN_SELECTORS = {0x180B, 0x180C, 0x180D, 0x180F}
_SELECTORS = range(0xFE00, 0xFE10)
_MORE_SELECTORS = range(0xE0100, 0xE01F0)
_EMOJI_SELECTORS = {0xFE0E, 0xFE0F}
"""As text or as a picture."""
_TAGS_AND_FREE = range(0xE0000, 0xE1000)
_BRAILLE_BLANK = 0x2800
_BRAILLE_LETTERS = range(0x2801, 0x2900)
_MONGOLIAN = range(0x1800, 0x18B0)
_IDEOGRAPHS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x40000))
_PICTURE_LETTERS = {0x203C, 0x2049, 0x2139, 0x3030, 0x303D}
"""Emoji that are letters or punctuation by category: ‼ ⁉ ℹ 〰 〽."""
_KEYCAP = "\u20e3"


def is_hidden_character(text: str, at: int) -> bool:
    """Return whether this character is invisible and may change how the text reads.

    For example, direction overrides ("rehtom" shown as "mother") and zero-width characters, which make
    different names look alike. What its script or an emoji needs stays: a joiner, a choice of a form.
    """
    char = text[at]
    if char.isascii():
        return char not in "\n\r\t" and not " " <= char <= "~"
    if char in _ZERO_WIDTH_JOINERS:
        # A word in Malayalam may end with a joiner.
        ends_word = not text[at + 1 : at + 2].strip()
        is_taken = at > 0 and _may_take_joiner(text[at - 1]) and _is_kept(text, at - 1)
        return not is_taken or (ends_word and char == "\u200c")
    return not _is_kept(text, at)


def is_never_seen(char: str) -> bool:
    """Return whether this character shows nothing by itself, spaces and line breaks aside."""
    code = ord(char)
    if code in _NEVER_SEEN or code in _MONGOLIAN_SELECTORS or code == _BRAILLE_BLANK:
        return True
    if code in _SELECTORS or code in _TAGS_AND_FREE:
        return True
    kind = unicodedata.category(char)
    return kind == "Cc" or (kind == "Cf" and code not in _SEEN_FORMATS)


def remove_never_seen(text: str) -> str:
    """Return the text without any such character, for comparing: also those that a script needs."""
    return "".join(char for char in text if not is_never_seen(char))


def _is_kept(text: str, at: int) -> bool:
    """Return whether this is seen, or is a choice of a form that the character before it takes."""
    if not is_never_seen(text[at]):
        return True
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    may_take = bool(before) and not is_never_seen(before)
    return may_take and _may_take_selector(ord(text[at]), before, after)


def _may_take_joiner(before: str) -> bool:
    """Return whether a joiner after this character changes the text: a joining script or an emoji."""
    in_script = any(ord(before) in script for script in _JOINING_SCRIPTS)
    return in_script or before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")


def _may_take_selector(code: int, before: str, after: str) -> bool:
    """Return whether this choice of a form changes how the character before it looks."""
    base = ord(before)
    if code == _BRAILLE_BLANK:
        return base in _BRAILLE_LETTERS
    if code in _MONGOLIAN_SELECTORS:
        return base in _MONGOLIAN
    if code in _EMOJI_SELECTORS:
        is_picture = unicodedata.category(before) in ("So", "Sk", "Sm") and base not in _BRAILLE_LETTERS
        return is_picture or base in _PICTURE_LETTERS or after == _KEYCAP
    if code not in _SELECTORS and code not in _MORE_SELECTORS:
        return False
    scripts = _IDEOGRAPHS if code in _MORE_SELECTORS else (*_IDEOGRAPHS, *_JOINING_SCRIPTS)
    return any(base in script for script in scripts)
