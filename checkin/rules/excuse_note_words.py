"""The words printed on notes, in each language that notes support."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.rules.excuse_notes import NoteKind


@dataclass(frozen=True, slots=True)
class ExcuseNoteWords:
    """Fixed words of one kind of note in one language, and that language's date and time formats.

    The formats are those of Django's `date` filter.
    """

    language: str
    title: str
    statement: str
    back: str
    name: str = "Name"
    seen: str = "At our clinic"
    excused: str = "Please excuse"
    day_start: str = "from"
    day_end: str = "to"
    time_start: str = "from"
    time_end: str = "to"
    limits: str = "Activity limits"
    issued: str = "Issued"
    issuer: str = "by"
    front_desk: str = "front desk"
    clinician: str = "clinician"
    manager: str = "manager"
    administrator: str = "administrator"
    school_copy: str = "For the school"
    employer_copy: str = "For the employer"
    family_copy: str = "For the family"
    signature: str = "Signature"
    number: str = "Note no."
    genuine: str = "Is this note genuine? Scan the QR code, or type this code at"
    square: str = "QR code: opens the page that says whether this note is genuine"
    date: str = "l, F j, Y"
    issued_date: str = "F j, Y"
    time: str = "g:i A"


ENGLISH_NOTE_WORDS = {
    NoteKind.SCHOOL: ExcuseNoteWords(
        language="en",
        title=NoteKind.SCHOOL.label,
        statement="To the school: this student was at our clinic. Please excuse the absence.",
        back="May return to school",
    ),
    NoteKind.WORK: ExcuseNoteWords(
        language="en",
        title=NoteKind.WORK.label,
        statement="To the employer: this person was needed at our clinic. Please excuse the absence.",
        back="May return to work",
    ),
}

_SPANISH_COMMON_WORDS = {
    "name": "Nombre",
    "seen": "En nuestra clínica",
    "excused": "Por favor, justifiquen la ausencia",
    "day_start": "del",
    "day_end": "al",
    "time_start": "de",
    "time_end": "a",
    "limits": "Límites de actividad",
    "issued": "Emitida",
    "issuer": "por",
    "front_desk": "recepción",
    "clinician": "personal clínico",
    "manager": "gerencia",
    "administrator": "administración",
    "school_copy": "Para la escuela",
    "employer_copy": "Para el trabajo",
    "family_copy": "Para la familia",
    "signature": "Firma",
    "number": "Nota n.º",
    "genuine": "¿Es auténtica esta nota? Escanee el código QR o escriba este código en",
    "square": "Código QR: abre la página que dice si esta nota es auténtica",
    "date": r"l j \d\e F \d\e Y",
    "issued_date": r"j \d\e F \d\e Y",
    "time": "G:i",
}

_SPANISH_NOTE_WORDS = {
    NoteKind.SCHOOL: ExcuseNoteWords(
        language="es",
        title="Nota para la escuela",
        statement="A la escuela: esta persona estuvo en nuestra clínica. Por favor, justifiquen su ausencia.",
        back="Puede volver a la escuela",
        **_SPANISH_COMMON_WORDS,
    ),
    NoteKind.WORK: ExcuseNoteWords(
        language="es",
        title="Nota para el trabajo",
        statement="Al lugar de trabajo: hizo falta la presencia de esta persona en nuestra clínica. "
        "Por favor, justifiquen su ausencia.",
        back="Puede volver al trabajo",
        **_SPANISH_COMMON_WORDS,
    ),
}

NOTE_WORDS_BESIDE_ENGLISH = {"es": _SPANISH_NOTE_WORDS}
_NOTE_WORDS = {"en": ENGLISH_NOTE_WORDS, **NOTE_WORDS_BESIDE_ENGLISH}


def choose_note_words(
    kind: NoteKind, language: str, school_language: str = "en"
) -> tuple[ExcuseNoteWords, ...]:
    """Return the words of a note in each of its languages.

    First the school's or employer's language, because its reader decides, then the family's. English is on
    every note.
    """
    wanted = dict.fromkeys((school_language, language, "en"))
    return tuple(_NOTE_WORDS[code][kind] for code in wanted if code in _NOTE_WORDS)
