"""What people and programs write instead of a value: "N/A", "unbekannt", "s/n", "不明"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from checkin.rules.short_lines import put_on_one_line

_MISSING_VALUE_TEXTS = """
none null nil nan unknown unk undefined tbd tba tbc notknown notgiven notprovided notavailable
notapplicable notassigned notentered notrecorded notonfile notfound notspecified notstated
notdisclosed nonegiven noneprovided noneknown nonumber nodata noinfo noinformation noname
tobeassigned tobedetermined tobeconfirmed nophone notelephone notel nomobile nocell nophonenumber
nonumberonfile unlisted donotcall askparent unbekannt keine keinename keinenamen keineangabe
keineangaben keinenummer keintelefon kennichnicht keinehandynummer nichtbekannt nichtangegeben
nichtvorhanden ohneangabe ohnenamen ohnename ohnenummer entfallt desconocido desconocida
desconocidos seignora ninguno ninguna sinnombre sinapellido sinapellidos sindato sindatos sinnumero
sintelefono sincelular sincorreo sininformacion sinespecificar noaplica noconsta notiene
notienetelefono nodisponible nosabe noregistrado pordefinir porasignar pendientedeasignar inconnu
inconnue inconnus aucun aucune pasdetelephone pasdenumero sansnumero sanstelephone sansnom
nonrenseigne nonrenseignee noncommunique nonconnu nonconnue nonapplicable nondisponible neant
sconosciuto sconosciuta nessuno nessuna nonnoto nonnota nondichiarato nonpervenuto senzanumero
desconhecido desconhecida nenhum nenhuma naosabe naotem naoinformado naoinformada naoconsta semnome
semnumero semtelefone naoseaplica onbekend geennummer geentelefoon geennaam nietbekend
nietvantoepassing nvt ukjent ukendt okand okant ingentelefon ingetnummer ikkeoplyst ikkeoppgitt
saknas uppgiftsaknas tuntematon eitiedossa nieznany nieznana nieznane brakdanych braknumeru
braktelefonu niepodano neznamy neznama neznamo neuvedeno ismeretlen necunoscut necunoscuta nepoznat
nepoznata nepoznato bilinmiyor bilinmeyen belirtilmemis telefonyok khongco khongbiet khongro
walangpangalan walangtelepono hindialam tidakada tidakdiketahui неизвестно неизвестен неизвестный
неизвестная неизвестны нет нетданных нетномера неттелефона неуказано неуказан невідомо невідомий
невідома немає неизвестна няма άγνωστο άγνωστος άγνωστη κανένα
不明 不詳 不详 未知 未定 未記入 未填 没有 沒有 无名 無名
無し なし ナシ 該当なし 不知道
暂无 暫無 없음 미상 모름 알수없음 해당없음 غيرمعروف مجهول مجهولة لايوجد
بدون نامشخص ناشناس نامعلوم
ندارد לאידוע איןלו लागूनहीं अज्ञात ไม่ทราบ ไม่มี
"""
"""Without spaces; compared without regard to case and accents. None of these is anyone's name."""

_MISSING_NUMBER_TEXTS = """
na nn no non nein nicht kein keiner nose ohne yes si ja oui missing pending blank empty leer vacio
vide test testing temp temporary temporal provisional x xx ref value name num given false true self
selfpay same mother father parent patient child walkin see seechart seenotes other misc dummy sample
default auto automatic new newpatient newpt newborn neu neue neuer neuerpatient neugeboren
neuaufnahme nouveau nouvelle nouveaupatient nuevo nueva nuevopaciente pacientenuevo novo nova
novopaciente nuovo nuova nieuw nieuwepatient ny nypatient unassigned assigned unregistered
notregistered nomrn mrn nochart noid id nulo nula nulle nullo geen ingen inga ingenting brak yok
nema nada nic nincs niet sd sn so nd ka nb nc oa hp
"""
"""Not numbers, though some are names or initials: New, Blank, Na."""

_MISSING_VALUE_WITH_SIGNS = re.compile(
    r"\W*(?:n\W?[/\\]\W?[adkc]|n\.?/\.?a|s\W?[/\\]\W?[nod]|k\W?[/\\]\W?a|n\W?[/\\]\W?v\W?[/\\]\W?t|#n/a|n\.a|n-a)\W*",
    re.IGNORECASE,
)
_MISSING_VALUE_ABBREVIATED = re.compile(
    r"\W*(?:k\.\s?A|n\.\s?[vV]\.\s?t|n\.\s?d|s\.\s?[nod]|N\.\s?N|NN|o\.\s?A|n\.\s?b)\.?\W*"
)
"""Short forms in their usual spelling: in all capitals they may be a child's initials."""

_SPREADSHEET_ERROR = re.compile(
    r"\W*#\s*(?:ref|value|name|null|num|div/0|n/a|spill|field)[!?]?\W*", re.IGNORECASE
)
_REAL_NAMES = frozenset({"Null", "None", "Nil", "Nan"})
"""Real family names. In all capitals or all lower case they are a program's word for nothing."""

_REPEATED_DIGIT = re.compile(r"9{6,}|(\d)\1{7,}", re.ASCII)
_MANY_X = re.compile(r"x{3,}|z{4,}")


def _missing_value_key(said: str) -> str:
    apart = unicodedata.normalize("NFKD", said).casefold()
    return "".join(sign for sign in apart if sign.isalnum())


_MISSING_VALUE_KEYS = frozenset(map(_missing_value_key, _MISSING_VALUE_TEXTS.split()))
_MISSING_NUMBER_KEYS = _MISSING_VALUE_KEYS | frozenset(map(_missing_value_key, _MISSING_NUMBER_TEXTS.split()))


@lru_cache(maxsize=16_384)
def is_missing_value(said: str) -> bool:
    """Return whether the text means that there is no value, in the languages most common in clinics."""
    plain = put_on_one_line(said)
    if plain in _REAL_NAMES:
        return False
    key = _missing_value_key(plain)
    if key in _MISSING_VALUE_KEYS or _MANY_X.fullmatch(key):
        return True
    return any(
        sign.fullmatch(plain)
        for sign in (_MISSING_VALUE_WITH_SIGNS, _MISSING_VALUE_ABBREVIATED, _SPREADSHEET_ERROR)
    )


def is_missing_number(said: str) -> bool:
    """Return whether this means no number: a word for none or a new patient, zeros, or all nines."""
    key = _missing_value_key(said)
    return (
        not key.strip("0")
        or key in _MISSING_NUMBER_KEYS
        or is_missing_value(said)
        or bool(_REPEATED_DIGIT.fullmatch(key))
    )
