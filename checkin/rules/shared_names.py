"""Given names that siblings share: alone, such a name does not say which of them is meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from checkin.rules.name_keys import native_script_key, normalize_text, normalized_words

_NAME_PARTICLE_LIST = """
al el ul ibn bin bint ben bat abu abi umm van von vander vanden der den de del dela della di da do dos das
du des la las le les los lo ter ten te tot zu zur zum af av y e i o san st saint sankt mc mac fitz ap
"""
NAME_PARTICLES = frozenset(_NAME_PARTICLE_LIST.split())
_PARTICLES_THAT_ARE_NAMES = frozenset({"ben", "mac"})

_SHARED_NAME_LIST = """
maria ma jose juan ana jean luz joao abd abdul abdel abdal abdur abdus abdu abou abu um umm ummu ummi amat
muh moh mhd mhmd md mohd muhd mohammd mhmmd mohmed mohmad mohmmad mahomet mahomed mohamad magomed
mamadou mamadu
mahamadou syed sayed sayyed sayyid seyed seyyed sayid syeda sayeda sayyida sayyidah sayyeda seyyedeh
sheikh shaikh sheik shaykh shekh sk mir mirza hafiz haji hajji qazi kazi agha ghulam gulam ahmad
mst most mosa mosammat mosammet musammat mossammat mussammat mosamat bibi begum sri shri shree shrimati smt
siti sitti nur noor nurul noorul wan nik tengku tunku tuanku raja megat puteri putri putra dewi dyah
ni gusti ayu made wayan ketut nyoman putu kadek komang luh gede anak agung raden mas
sidi lalla moulay mulay thi van zi min huu duc
sai venkata venkat naga prince princess gholam gebre wolde haile tekle khawaja khwaja chaudhry
chaudhary sardar ould oul
"""
_SHARED_NAMES = frozenset(_SHARED_NAME_LIST.split())

_NATIVE_SHARED_LIST = """
محمد محمّد عبد أبو ابو ام أم نور سيد سید شيخ شیخ احمد أحمد মোঃ মোহাম্মদ মোছাঃ श्री मोहम्मद Мухаммад Абдул
"""
_NATIVE_SHARED_NAMES = frozenset(normalize_text(name) for name in _NATIVE_SHARED_LIST.split())

_MUHAMMAD_SPELLINGS = re.compile(r"m[aeou]*k?h[aeiou]+m+[aeou]*[dt]+h?(?:ou|u)?")
"""Latin spellings: Muhammad, Mohammod, Mohamed, Mahomet, Muhammet, Mouhamadou."""

_PINYIN_SYLLABLES = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    r"(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ie|iao|iu|ian|in|iang|ing|iong"
    r"|u|ua|uo|uai|ui|uan|un|uang|ue|v)|[jqx]ia|er)"
)
_KOREAN_LIST = """
min jun joon seo yeon yun yoon youn ji jee woo wu u ha eun do hyun hyeon jae sung seong ho jin young
yeong hee hui
soo su bin won woong kyu gyu kyung gyeong hye joo ju in a ah ra na mi sun seon sunn jung jeong chan chul
cheol dong
geun gun hwan il jong ki gi kwang gwang moon mun myung myeong nam sang se seok suk sik tae uk wook yong
ye rin ri
rim dam sol da on si hwa hyo kang man pil ryeong chae yu ya bo gyo ru yul yool
"""
_KOREAN_SYLLABLES = frozenset(_KOREAN_LIST.split())
_VIETNAMESE_LIST = """
thi van huu duc quoc minh ngoc thanh xuan kim bao gia hoang anh thuy phuong khanh tuan hong hung dung
linh lan
mai my nhi nhu quynh thao trang tran truong tri trung tu uyen vy viet vinh yen dinh cong dang hai hanh
hoa huy
hieu khoi khoa long nam nghia nguyen nhat phat phuc quang quan son tai tam tan thang thien tien toan
tung vu ha
an chi dan diem diep giang han hien huong huyen kieu lam le loan ly nga ngan nghi nguyet nhung oanh
phung que
sang sinh suong thi thu thuc tinh tra tram trinh truc tuyet van
"""
_VIETNAMESE_SYLLABLES = frozenset(_VIETNAMESE_LIST.split())

_CANTONESE_LIST = """
bik chak cheuk cheung chi chin ching cho choi chuen chun chung fai fan fung hang hau hei him hin ho hoi
hok hon
hung hei ka kai kam kei keung ki kin king kit kiu kuen kwai kwan kwok kwong lai lam lap lim ling lok
long lun lung
man mei ming mui nam nga ngai ngan oi on pak pik pui sau shan shing shuk shun sin sing siu suet sui sum
sze tak
tat tin ting tsun tsz tung wa wah wai wan wing yan yat yau yee yi yiu yin ying yu yue yuen yui yuk yung
"""
_HOKKIEN_LIST = """
bee beng boon chai chee cheng chin chong choon chuan geok guan hai heng hock hong hoon hua huat hui hwa hwee
imm jin kah keat keng keong kheng kiat kian kim kok kong kwang lay lian liang lim ling mei meng mui ngee
peng poh
poo quee seng siew sim siok sok soon suan swee teck teik tian tiong wah wee yam yew yong yoke
"""
_WADE_GILES_LIST = """
chai chan chang chen cheng chi chia chiang chiao chieh chien chih chin ching chiu chu chuan chun chung
fang fen feng hai han hao heng ho hou hsi hsia hsiang hsiao hsieh hsien hsin hsing hsiu hsu hsuan hsueh
hua huan
huang hui hung jen jih jo ju jui jung kai kang ko ku kuang kuei kuo lan li lien lin ling lung mei ming nien
pai pei pin ping po shan shao shen sheng shih shu shuo ssu sung ta tai te teng ti tien ting tsai tsung tung
tzu wei wen wu ya yang yao yeh yen yi yin ying yu yuan yueh yun yung
"""
_CHINESE_SYLLABLES = tuple(
    frozenset(table.split()) for table in (_CANTONESE_LIST, _HOKKIEN_LIST, _WADE_GILES_LIST)
)

_JOINING_LIST = """
and und et y e i och og en ve va plus with mit con com avec or oder ou o aka alias
и і та και و ו और এবং と 和 与 與 및 และ
"""
_NOTE_WORD_LIST = """
test testing copy old new wrong void delete error inactive brother sister sibling
"""
_JOINING_WORDS, _RECORD_NOTE_WORDS = frozenset(_JOINING_LIST.split()), frozenset(_NOTE_WORD_LIST.split())
_SIGN_OF_TWO_OR_NOTE = re.compile(r"[&+/,;#=\d]|\s-\s")
"""Signs of a record about two children, or of one with a note: "Emma & Noah", "Emma #2"."""


def has_unshared_given_name(typed: str, recorded: str) -> bool:
    """Return whether the typed leading part is one that a sibling is unlikely to share.

    False for "María" of "María José", "Nur" of "Nur Aisyah" or "Zi" of "Zi Han", which a whole generation
    shares. Also for "María de", which is cut short, and "Wei" of "Wei 薇", where the sign says which Wei.
    """
    parts = normalized_words(typed)
    if not parts or (len(parts) > 1 and (parts[-1] in NAME_PARTICLES or parts[-1] in _JOINING_WORDS)):
        return False
    if all(_is_shared_name_word(part) for part in parts):
        return False
    rest = " ".join(recorded.split()[len(typed.split()) :])
    if bool(native_script_key(typed)) != bool(native_script_key(rest)) or _is_record_of_two(recorded, rest):
        return False
    return not _is_cut_between_syllables(parts, normalized_words(rest))


@lru_cache(maxsize=4096)
def _is_shared_name_word(part: str) -> bool:
    if len(part) == 1 or (part in NAME_PARTICLES and part not in _PARTICLES_THAT_ARE_NAMES):
        return True
    return (
        part in _SHARED_NAMES
        or part in _NATIVE_SHARED_NAMES
        or _MUHAMMAD_SPELLINGS.fullmatch(part) is not None
    )


def _is_record_of_two(recorded: str, rest: str) -> bool:
    """Return whether the record names two children, or has a number, as a twin or a copy may."""
    if _SIGN_OF_TWO_OR_NOTE.search(recorded):
        return True
    first, *others = rest.split() or [""]
    said = first.casefold() if recorded.isupper() else first
    return (said in _JOINING_WORDS and bool(others)) or not _RECORD_NOTE_WORDS.isdisjoint(
        normalized_words(rest)
    )


_SYLLABLE_TESTS: tuple[Callable[[str], object], ...] = (
    _PINYIN_SYLLABLES.fullmatch,
    *(table.__contains__ for table in (*_CHINESE_SYLLABLES, _KOREAN_SYLLABLES, _VIETNAMESE_SYLLABLES)),
)


def _is_cut_between_syllables(parts: tuple[str, ...], rest: tuple[str, ...]) -> bool:
    """Return whether it is part of a Chinese, Korean or Vietnamese name whose syllables siblings often share.

    Two syllables may not be the whole name either, if the record has more ("Thanh Trúc" of "Thanh Trúc Mai").
    """
    if not rest:
        return False
    together = (*parts, rest[0]) if len(parts) == 1 else parts
    return any(all(map(is_syllable, together)) for is_syllable in _SYLLABLE_TESTS)
