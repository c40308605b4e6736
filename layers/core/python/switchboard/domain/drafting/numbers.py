"""The numbers a text states, in one form: "1.000,50" and "1,000.50" are the same, and so are "fourteen days" and "14 days"."""

from __future__ import annotations

import re
import unicodedata

_TOKEN = re.compile(r"\d+(?:[.,:/\u00a0\u202f '\u2019\u066b\u066c-]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[., \u00a0\u202f'\u2019\u066c]\d{3})+(?:[.,\u066b]\d{1,2})?")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?")
_DECIMAL = re.compile(r"\d+[.,\u066b]\d{1,4}")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,2}\.\d{1,2}(?=\.)|\d{1,2}:\d{2}(?::\d{2})?")
_LIST_MARK = re.compile(r"(?m)^[ \t]*\d{1,2}[.)](?=\s)")

# Spelled-out numbers count where a length of time, money or a share follows: "one of ours" states nothing.
_SPELLED = {
    "en": (
        "two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 fourteen=14 fifteen=15 twenty=20 "
        "twenty-four=24 twenty-eight=28 thirty=30 forty=40 forty-eight=48 forty-five=45 fifty=50 sixty=60 ninety=90 hundred=100 "
        "thousand=1000",
        "day|week|month|year|hour|minute|euro|dollar|pound|percent|per cent|business|working|calendar|cent",
    ),
    "de": (
        "zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 vierzehn=14 fünfzehn=15 zwanzig=20 "
        "vierundzwanzig=24 dreißig=30 vierzig=40 achtundvierzig=48 fünfzig=50 sechzig=60 neunzig=90 hundert=100 tausend=1000",
        "tag|woche|monat|jahr|stunde|minute|euro|dollar|prozent|werktag|arbeitstag|cent",
    ),
    "fr": (
        "deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 quatorze=14 quinze=15 vingt=20 "
        "vingt-quatre=24 trente=30 quarante=40 quarante-huit=48 cinquante=50 soixante=60 cent=100 mille=1000",
        "jour|semaine|mois|an|ans|année|heure|minute|euro|dollar|pour cent|centime",
    ),
    "es": (
        "dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 catorce=14 quince=15 veinte=20 "
        "veinticuatro=24 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 noventa=90 cien=100 mil=1000",
        "día|dia|semana|mes|año|hora|minuto|euro|dólar|por ciento|peso|céntimo",
    ),
    "pt": (
        "dois=2 duas=2 três=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 onze=11 doze=12 catorze=14 quatorze=14 quinze=15 "
        "vinte=20 trinta=30 quarenta=40 cinquenta=50 sessenta=60 noventa=90 cem=100 mil=1000",
        "dia|semana|mês|mes|ano|hora|minuto|euro|dólar|real|reais|por cento|cêntimo",
    ),
    "it": (
        "due=2 tre=3 quattro=4 cinque=5 sei=6 sette=7 otto=8 nove=9 dieci=10 undici=11 dodici=12 quattordici=14 quindici=15 "
        "venti=20 ventiquattro=24 trenta=30 quaranta=40 quarantotto=48 cinquanta=50 sessanta=60 novanta=90 cento=100 mille=1000",
        "giorn|settiman|mes|ann|or[ae]|minut|euro|dollar|per cento|centesim",
    ),
    "ru": (
        "два=2 две=2 двух=2 три=3 трёх=3 трех=3 четыре=4 пять=5 пяти=5 шесть=6 семь=7 семи=7 восемь=8 девять=9 десять=10 десяти=10 "
        "двенадцать=12 четырнадцать=14 четырнадцати=14 пятнадцать=15 двадцать=20 тридцать=30 тридцати=30 сорок=40 пятьдесят=50 "
        "шестьдесят=60 девяносто=90 сто=100 тысяча=1000 тысячу=1000",
        "дн|день|дней|недел|месяц|год|лет|час|минут|евро|доллар|рубл|процент|рабоч",
    ),
    "ar": (
        "ثلاثة=3 ثلاث=3 أربعة=4 أربع=4 خمسة=5 خمس=5 ستة=6 سبعة=7 ثمانية=8 تسعة=9 عشرة=10 عشر=10 عشرين=20 عشرون=20 ثلاثين=30 "
        "ثلاثون=30 أربعين=40 خمسين=50 ستين=60 تسعين=90 مئة=100 مائة=100 ألف=1000",
        "يوم|أيام|ايام|أسبوع|أسابيع|شهر|أشهر|سنة|سنوات|ساعة|ساعات|دقيقة|يورو|دولار|بالمئة|في المئة",
    ),
    "hi": (
        "दो=2 तीन=3 चार=4 पाँच=5 पांच=5 छह=6 सात=7 आठ=8 नौ=9 दस=10 बारह=12 चौदह=14 पंद्रह=15 बीस=20 चौबीस=24 तीस=30 पचास=50 "
        "साठ=60 नब्बे=90 सौ=100 हज़ार=1000 हजार=1000",
        "दिन|सप्ताह|हफ़्त|हफ्त|महीन|साल|घंट|मिनट|यूरो|डॉलर|रुपय|रुपए|प्रतिशत|कार्य",
    ),
    "ko": (
        "두=2 세=3 네=4 다섯=5 여섯=6 일곱=7 여덟=8 아홉=9 열=10 이십=20 삼십=30 오십=50 백=100 천=1000",
        "시간|달|주|개월|일|년|분|유로|달러|원|퍼센트|영업일",
    ),
}  # fmt: skip
_LETTER = r"[^\W\d_]|[\u0900-\u0963]"


def _spelled(words: str, units: str) -> tuple[re.Pattern[str], dict[str, int]]:
    values = {word: int(value) for word, _, value in (pair.rpartition("=") for pair in words.split())}
    names = "|".join(sorted(map(re.escape, values), key=len, reverse=True))
    between = rf"[\s-]{{1,3}}(?:(?:{_LETTER}|-){{1,30}}\s{{1,3}}){{0,2}}?"
    return re.compile(rf"(?<![\w\u0900-\u0963])({names}){between}(?={units})", re.IGNORECASE), values


_UNITS = re.compile(
    r"(?<![\d.,])(\d{1,20}(?:[.,]\d{1,9}){0,4})(?!\d)[\s-]{0,3}"
    rf"(?:(?:{_LETTER}|-){{1,30}}\s{{1,3}}){{0,2}}?(?:{'|'.join(units for _, units in _SPELLED.values())}"
    r"|个?(?:天|工作日|周|星期|月|年|小时|分钟)|(?:ヶ|か|カ)?(?:日|週|月|年|時間|営業日)|일|영업일|元|块|円)",
    re.IGNORECASE,
)
_BY_WORDS = [_spelled(*table) for table in _SPELLED.values()]
_DUALS = {"يومين": 2, "يومان": 2, "أسبوعين": 2, "أسبوعان": 2, "شهرين": 2, "شهران": 2, "ساعتين": 2, "ساعتان": 2, "سنتين": 2}
_HAN = re.compile(
    r"([一二两兩三四五六七八九十百千万]+)(?=(?:个|個|ヶ|か|カ)?(?:天|日|工作日|营业日|營業日|周|週|星期|月|年|小时|小時|时间|時間|分钟|分鐘|分間|元|块|塊|円|欧元|美元|折|成|ポンド|ドル|ユーロ))"
)
_HAN_DIGITS = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_PERCENT_HAN = re.compile(r"百分之([一二三四五六七八九十百]+)")


def numbers(text: str) -> frozenset[str]:
    """Every number stated, in canonical form; of dates and times the parts. Marks of lists are none."""
    return frozenset().union(*readings(text)) if text else frozenset()


def readings(text: str) -> list[frozenset[str]]:
    """One set for each number stated, in order: of a date or a time the parts, else the number alone."""
    plain = _LIST_MARK.sub(" ", _plain(text))
    found = [_read(m[0], plain[m.end() : m.end() + 1]) for m in _TOKEN.finditer(plain)]
    return [f for f in found if f] + [frozenset({str(n)}) for n in _in_words(plain)]


def measures(text: str) -> frozenset[str]:
    """Those of the numbers that say how long, how much or what share."""
    plain = _LIST_MARK.sub(" ", _plain(text))
    by_unit = (_read(m[1], "") for m in _UNITS.finditer(plain))
    return frozenset().union(*by_unit, {str(n) for n in _in_words(plain)})


def _plain(text: str) -> str:
    """Digits of every script as ASCII ones, wide forms narrow."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)


def _read(token: str, following: str) -> frozenset[str]:
    if _DATE.fullmatch(token + (following if following == "." and token.count(".") == 1 else "")) or _DATE.fullmatch(token):
        return frozenset(_canonical(part) for part in re.split(r"\D", token) if part)
    if _GROUPED.fullmatch(token) or _INDIAN.fullmatch(token):
        cut = max(token.rfind("."), token.rfind(","), token.rfind("\u066b"))
        if cut > 0 and len(token) - cut - 1 in (1, 2):
            return frozenset({_canonical(re.sub(r"\D", "", token[:cut]) + "." + token[cut + 1 :])})
        return frozenset({_canonical(re.sub(r"\D", "", token))})
    if _DECIMAL.fullmatch(token):
        return frozenset({_canonical(re.sub(r"\D", ".", token))})
    return frozenset(_canonical(part) for part in re.split(r"\D", token) if part)


def _canonical(digits: str) -> str:
    whole, _, rest = digits.partition(".")
    rest = rest.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")


def _in_words(text: str) -> list[int]:
    found = [values[m[1].lower()] for pattern, values in _BY_WORDS for m in pattern.finditer(text)]
    found += [value for word, value in _DUALS.items() if word in text]
    found += [_han(m[1]) for m in (*_HAN.finditer(text), *_PERCENT_HAN.finditer(text))]
    return [n for n in found if n > 1]


def _han(text: str) -> int:
    total = digit = 0
    for c in text:
        if c in _HAN_DIGITS:
            digit = digit * 10 + _HAN_DIGITS[c]
        else:
            total += (digit or 1) * _HAN_UNITS[c]
            digit = 0
    return total + digit
