"""A visit's friendly name for the day: a color and an animal, "Blue Turtle"."""

from __future__ import annotations

from typing import NamedTuple

TOKEN_ANIMALS = ("turtle", "bird", "cat", "fish", "rabbit", "dog", "snail", "squirrel", "panda")
"""Each is also the name of its icon in the icon set."""

TOKEN_COLORS = ("blue", "orange", "green", "purple", "teal", "pink", "gold", "brown", "silver", "yellow")

_SPANISH_ANIMALS = {
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


class VisitToken(NamedTuple):
    colour: str
    animal: str
    number: int
    """1 for the first visit with this name today; the second is shown as "Blue Turtle 2"."""

    def words(self, language: str = "en") -> str:
        """Return the token in words. Each language has its own rule for word order and gender."""
        if language.startswith("es"):
            animal, gender = _SPANISH_ANIMALS[self.animal]
            said = f"{animal} {_SPANISH_COLORS[self.colour][gender == 'f']}"
        else:
            said = f"{self.colour} {self.animal}".title()
        return said if self.number == 1 else f"{said} {self.number}"

    @property
    def slug(self) -> str:
        return "-".join([self.colour, self.animal, *([str(self.number)] if self.number > 1 else [])])


def nth_token_of_day(count: int) -> VisitToken:
    """Return the token of the day's `count`-th sign-in (from 0) at one location.

    Consecutive tokens differ in both words, and no token repeats before all are used.
    """
    round_, place = divmod(count, len(TOKEN_ANIMALS) * len(TOKEN_COLORS))
    # 9 animals and 10 colors have no common divisor, so stepping both gives every pair once.
    return VisitToken(
        TOKEN_COLORS[place % len(TOKEN_COLORS)], TOKEN_ANIMALS[place % len(TOKEN_ANIMALS)], round_ + 1
    )


def token_from_slug(slug: str) -> VisitToken | None:
    """Return the token for a slug, or None."""
    colour, _, rest = slug.partition("-")
    animal, _, number = rest.partition("-")
    if colour not in TOKEN_COLORS or animal not in TOKEN_ANIMALS or not (number or "1").isascii():
        return None
    if number and not (number.isdigit() and 2 <= int(number[:6]) <= 9999):
        return None
    return VisitToken(colour, animal, int(number or 1))
