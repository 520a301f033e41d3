"""A visit's friendly name for the day: a color and a thing, "Blue Castle".

A token is called out in the waiting room and found there by eye. So the colors differ in lightness as well as
in hue, and the words of one list sound different: tests/rules/test_token_colors.py and test_token_sounds.py
measure both. No color word is said of skin. No thing is an animal that insults somebody or a sign of bad luck
in a language that families choose here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import count, cycle, islice
from typing import NamedTuple

TOKEN_COLORS = ("blue", "orange", "green", "pink", "purple")

TOKEN_THINGS = {
    "castle": ("Castillo", "m"),
    "rocket": ("Cohete", "m"),
    "piano": ("Piano", "m"),
    "sailboat": ("Velero", "m"),
    "camera": ("Cámara", "f"),
    "tractor": ("Tractor", "m"),
    "balloon": ("Globo", "m"),
    "mountain": ("Montaña", "f"),
    "cookie": ("Galleta", "f"),
    "helicopter": ("Helicóptero", "m"),
    "pizza": ("Pizza", "f"),
    "telescope": ("Telescopio", "m"),
    "bicycle": ("Bicicleta", "f"),
    "airplane": ("Avión", "m"),
    "kayak": ("Kayak", "m"),
    "sunflower": ("Girasol", "m"),
    "compass": ("Brújula", "f"),
    "backpack": ("Mochila", "f"),
    "teacup": ("Taza", "f"),
    "robot": ("Robot", "m"),
    "satellite": ("Satélite", "m"),
    "trophy": ("Trofeo", "m"),
    "mailbox": ("Buzón", "m"),
    "microphone": ("Micrófono", "m"),
    "flashlight": ("Linterna", "f"),
    "present": ("Regalo", "m"),
    "candy": ("Caramelo", "m"),
    "clover": ("Trébol", "m"),
    "pony": ("Caballito", "m"),
    "volleyball": ("Voleibol", "m"),
    "calculator": ("Calculadora", "f"),
    "factory": ("Fábrica", "f"),
    "basket": ("Canasta", "f"),
    "notebook": ("Cuaderno", "m"),
    "paintbrush": ("Pincel", "m"),
    "pyramid": ("Pirámide", "f"),
    "propeller": ("Hélice", "f"),
    "museum": ("Museo", "m"),
    "gondola": ("Teleférico", "m"),
    "scooter": ("Monopatín", "m"),
    "television": ("Televisor", "m"),
    "trolley": ("Tranvía", "m"),
    "diamond": ("Diamante", "m"),
}
"""Each thing's word in Spanish, with its grammatical gender."""

PAST_TOKEN_THINGS = {
    "turtle": ("Tortuga", "f"),
    "bird": ("Pájaro", "m"),
    "cat": ("Gato", "m"),
    "fish": ("Pez", "m"),
    "rabbit": ("Conejo", "m"),
    "dog": ("Perro", "m"),
    "snail": ("Caracol", "m"),
    "squirrel": ("Ardilla", "f"),
    "panda": ("Panda", "m"),
}
"""No longer given; visits until November 2026 have them, told apart by a number: "Blue Turtle 2"."""

PAST_TOKEN_COLORS = ("teal", "gold", "brown", "silver", "yellow")

FURTHER_TOKEN_WORDS = ("little", "happy", "brave", "shiny", "friendly")
"""They make more names when every color and thing is in use: "Little Blue Castle"."""

_SPANISH_COLORS = {
    "blue": ("azul", "azul"),
    "orange": ("naranja", "naranja"),
    "green": ("verde", "verde"),
    "purple": ("morado", "morada"),
    "teal": ("turquesa", "turquesa"),
    "pink": ("rosa", "rosa"),
    "gold": ("dorado", "dorada"),
    "brown": ("café", "café"),
    "silver": ("plateado", "plateada"),
    "yellow": ("amarillo", "amarilla"),
}
_SPANISH_FURTHER_WORDS = {
    "little": ("pequeño", "pequeña"),
    "happy": ("feliz", "feliz"),
    "brave": ("valiente", "valiente"),
    "shiny": ("brillante", "brillante"),
    "friendly": ("amable", "amable"),
}


class VisitToken(NamedTuple):
    colour: str
    thing: str
    number: int = 1
    """Above 1 it stands for further words. With a past thing it is said as a number: "Blue Turtle 2"."""

    def words(self, language: str = "en") -> str:
        """Return the token in words. Each language has its own rule for word order and gender."""
        further = _further_words(self.number) if self.thing not in PAST_TOKEN_THINGS else []
        if language.startswith("es"):
            thing, gender = (TOKEN_THINGS | PAST_TOKEN_THINGS)[self.thing]
            is_feminine = gender == "f"
            more = [_SPANISH_FURTHER_WORDS[word][is_feminine] for word in reversed(further)]
            said = " ".join([thing, _SPANISH_COLORS[self.colour][is_feminine], *more])
        else:
            said = " ".join([*further, self.colour, self.thing]).title()
        return said if further or self.number == 1 else f"{said} {self.number}"

    @property
    def slug(self) -> str:
        return self.words().lower().replace(" ", "-")


TOKEN_PAIRS = len(TOKEN_COLORS) * len(TOKEN_THINGS)
"""Tokens of two words. The two counts have no common divisor, so stepping both gives every pair once."""

_PAIRS = [
    VisitToken(colour, thing)
    for colour, thing in islice(zip(cycle(TOKEN_COLORS), cycle(TOKEN_THINGS), strict=False), TOKEN_PAIRS)
]
_PLACES = {pair: place for place, pair in enumerate(_PAIRS)}


def nth_token(place: int, number: int = 1) -> VisitToken:
    """Return the token at that place (from 0) of the order in which tokens are given on a quiet day."""
    return _PAIRS[place % TOKEN_PAIRS]._replace(number=number)


def choose_token(
    given: Sequence[VisitToken], held: Collection[VisitToken], *, passing: int = 0
) -> VisitToken:
    """Return the next token of a location. It never is one that somebody there holds.

    It shares no word with the last one given, and was not given today, or else longest ago. A third word is
    added only if no pair is left.

    `given`: today's, and those held; the last given is last. `passing`: how many choices to skip.
    """
    last = given[-1] if given else None
    choices = (
        token
        for token in _list_by_last_use(given)
        if token not in held and (last is None or (token.colour != last.colour and token.thing != last.thing))
    )
    return next(islice(choices, passing, None))


def _list_by_last_use(given: Sequence[VisitToken]) -> Iterator[VisitToken]:
    """Yield tokens without end: shorter ones first, of those the unused in order, then the longest unused."""
    used = {token: use for use, token in enumerate(given)}
    start = _PLACES.get(given[-1]._replace(number=1), -1) + 1 if given else 0
    for number in count(1):
        pairs = _PAIRS[start:] + _PAIRS[:start]
        tokens = pairs if number == 1 else [pair._replace(number=number) for pair in pairs]
        yield from sorted(tokens, key=lambda token: used.get(token, -1))


def _further_words(number: int) -> list[str]:
    """Return the words that stand for this number: none for 1, then one, and two when those are used up."""
    words: list[str] = []
    rest = number - 1
    while rest > 0:
        rest, which = divmod(rest - 1, len(FURTHER_TOKEN_WORDS))
        words.insert(0, FURTHER_TOKEN_WORDS[which])
    return words


def _read_further_words(words: Sequence[str]) -> int | None:
    """Return the number that these words stand for, or None."""
    number = 0
    for word in words:
        if word not in FURTHER_TOKEN_WORDS:
            return None
        number = number * len(FURTHER_TOKEN_WORDS) + FURTHER_TOKEN_WORDS.index(word) + 1
    return number + 1


def list_further_word_patterns(language: str) -> dict[str, list[str]]:
    """Return how each further word goes with a name: "Little {}", or "{} pequeño" and "{} pequeña"."""
    patterns: dict[str, list[str]] = {}
    for number, word in enumerate(FURTHER_TOKEN_WORDS, start=2):
        for thing in ("castle", "camera"):  # one masculine, one feminine
            name, said = (VisitToken("blue", thing, one).words(language) for one in (1, number))
            patterns.setdefault(word, []).append(said.replace(name, "{}"))
    return patterns


def token_from_slug(slug: str) -> VisitToken | None:
    """Return the token for a slug, also a past one such as "gold-squirrel-2", or None."""
    parts = slug.split("-")
    if len(parts) > 1 and parts[1] in PAST_TOKEN_THINGS:
        return _read_past_slug(*parts)
    *further, colour, thing = parts if len(parts) > 1 else ["", ""]
    number = _read_further_words(further)
    is_known = colour in TOKEN_COLORS and thing in TOKEN_THINGS
    return VisitToken(colour, thing, number) if is_known and number else None


def _read_past_slug(colour: str, thing: str, number: str = "", *more: str) -> VisitToken | None:
    if colour not in TOKEN_COLORS + PAST_TOKEN_COLORS or more or not (number or "1").isascii():
        return None
    if number and not (number.isdigit() and 2 <= int(number[:6]) <= 9999):
        return None
    return VisitToken(colour, thing, int(number or 1))
