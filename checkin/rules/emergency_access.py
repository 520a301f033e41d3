"""Emergency access: for an hour and a reason, an administrator or auditor reads charts and helps a child."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

from checkin.rules.roles import StaffAct

EMERGENCY_LASTS = dt.timedelta(minutes=60)
"""The server ends it by its own clock. To go on, a person gives a new reason."""
EMERGENCY_ACTS = frozenset({StaffAct.READ_CHARTS, StaffAct.RAISE, StaffAct.ANSWER_CALL})
"""What it opens: reading, and what keeps a child safe. Nothing else is written by it."""
NOTICE_LASTS = dt.timedelta(days=30)
"""Until then an unread notice is shown. The auditor's list keeps all."""
LONGEST_REQUEST = dt.timedelta(hours=1)
"""Far longer than a server works on one request."""
LONGEST_REASON = 1000
"""Characters."""
_FEWEST_WORDS_OF_REASON = 2
_FEWEST_LETTERS_OF_REASON = 8
_LETTER = re.compile(r"[^\W\d_]")
_LINE_BREAK = re.compile(r"\r\n?")
_SYLLABLE = re.compile(
    r"[\uac00-\ud7a3\u1200-\u137f\u1380-\u138f\u2d80-\u2ddf\uab01-\uab2e\u13a0-\u13fd\uab70-\uabbf"
    r"\u1401-\u167f\ua000-\ua48c\u3041-\u30ff\u31f0-\u31ff]"
)
"""Hangul, Ethiopic, Cherokee, Canadian, Yi and kana: each sign is a syllable, so at least two letters."""
_IDEOGRAPH = re.compile(r"[\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Each says about as much as two letters: “fire alarm” is four of them."""
_LETTER_WITHOUT_SPACES = re.compile(
    r"(?=[^\W\d_])[\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u3041-\u312f\ua980-\ua9ff\uaa60-\uaa7f]"
)
"""Of scripts that put no space between words: Thai, Lao, Tibetan, Burmese, Khmer, Japanese and others."""

_NO_REASON = (
    "Nothing is open yet. Write why you need the charts now, such as “Fire alarm, nobody at the desk”."
)
_SHORT_REASON = (
    "Nothing is open yet, and your text is kept below. Write a few words more: what happened, and who is "
    "not there."
)
_LONG_REASON = (
    f"Nothing is open yet, and your text is kept below. Shorten it to {LONGEST_REASON} characters or fewer."
)


def reason_problem(reason: str) -> str:
    """Return what is missing in the reason, in a sentence for whoever typed it; "" if it will do."""
    if not reason.strip():
        return _NO_REASON
    if len(reason) > LONGEST_REASON:
        return _LONG_REASON
    return "" if _has_spaced_words(reason) or _has_unspaced_words(reason) else _SHORT_REASON


def join_line_breaks(reason: str) -> str:
    """Return the reason with one character for each line break, as the box counts. Browsers send two."""
    return _LINE_BREAK.sub("\n", reason)


def _has_spaced_words(reason: str) -> bool:
    # Korean may come taken apart into the letters of its syllables.
    plain = unicodedata.normalize("NFKC", reason)
    letters = sum(2 if _SYLLABLE.match(one) or _IDEOGRAPH.match(one) else 1 for one in _LETTER.findall(plain))
    return letters >= _FEWEST_LETTERS_OF_REASON and len(reason.split()) >= _FEWEST_WORDS_OF_REASON


def _has_unspaced_words(reason: str) -> bool:
    plain = unicodedata.normalize("NFKC", reason)
    letters = 2 * len(_IDEOGRAPH.findall(plain)) + len(_LETTER_WITHOUT_SPACES.findall(plain))
    return letters >= _FEWEST_LETTERS_OF_REASON


def minutes_left(ends_at: dt.datetime, at: dt.datetime) -> int:
    """Return how many minutes it still lasts, a begun one counted whole; 0 once it is over."""
    return max(0, math.ceil((ends_at - at) / dt.timedelta(minutes=1)))
