"""The check digits of numbers. Each takes the bare ASCII characters, in capitals, and says whether they hold."""

from __future__ import annotations

_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))


def luhn(digits: str) -> bool:
    """ISO/IEC 7812 (cards). All the same digit is nobody's."""
    b = digits.encode("ascii")
    plain, doubled = b[-1::-2], b[-2::-2]
    return (sum(plain) - 48 * len(plain) + sum(doubled.translate(_DOUBLED))) % 10 == 0 and digits != digits[0] * len(digits)


def ean(digits: str) -> bool:
    """GS1's check digit (EAN-13)."""
    b = [int(c) for c in reversed(digits)]
    return (sum(b[0::2]) + 3 * sum(b[1::2])) % 10 == 0


def iban(plain: str) -> bool:
    """ISO 13616: 97 leaves 1."""
    if not 15 <= len(plain) <= 34 or not plain.isascii() or not plain.isalnum():
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()  # noqa: SIM905
)


def _day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def chinese_id(plain: str) -> bool:
    """GB 11643: province, day of birth, and ISO 7064 MOD 11-2; the old form of 15 digits has no check digit."""
    if plain[:2] not in _PROVINCES:
        return False
    if len(plain) == 15:
        return plain.isdigit() and _day(plain[8:10], plain[10:12])
    if len(plain) != 18 or plain[6:8] not in ("18", "19", "20") or not _day(plain[10:12], plain[12:14]):
        return False
    total = sum(int(c) * (1 << (17 - place)) for place, c in enumerate(plain[:17]))
    return "10X98765432"[total % 11] == plain[17]


def us_ssn(plain: str) -> bool:
    """The parts the Social Security Administration never gives out."""
    return plain[:3] not in ("000", "666") and plain[0] != "9" and plain[3:5] != "00" and plain[5:] != "0000"


def german_tax_id(plain: str) -> bool:
    """ISO 7064 MOD 11,10; of the first ten digits one is there twice or three times."""
    if plain[0] == "0" or not 8 <= len(set(plain[:10])) <= 9:
        return False
    product = 10
    for c in plain[:10]:
        total = (int(c) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(plain[10])


def german_card(plain: str) -> bool:
    """ICAO 9303's weights 7 3 1 over the nine characters of an identity card or passport, and the tenth."""
    total = sum(int(c, 36) * (7, 3, 1)[place % 3] for place, c in enumerate(plain[:9]))
    return total % 10 == int(plain[9]) if len(plain) == 10 and plain[9].isdigit() else False


def french_nir(plain: str) -> bool:
    """Sex, month, and the key: 97 less the remainder. Corsica's 2A and 2B count as 19 and 18."""
    month = int(plain[3:5])
    if plain[0] not in "123478" or not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return False
    number = int(plain[:13].replace("2A", "19").replace("2B", "18"))
    return len(plain) == 13 or 97 - number % 97 == int(plain[13:])


def spanish_id(plain: str) -> bool:
    """The letter of a DNI or NIE, by 23."""
    digits = {"X": "0", "Y": "1", "Z": "2"}.get(plain[0], plain[0]) + plain[1:8]
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == plain[8]


_ODD_DIGITS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_ODD_LETTERS = (*_ODD_DIGITS, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (*_ODD_DIGITS, *_ODD_LETTERS), strict=True))


def italian_code(plain: str) -> bool:
    """The last letter of a codice fiscale (D.M. 23 December 1976)."""
    even = sum(int(c) if c.isdigit() else ord(c) - ord("A") for c in plain[1:15:2])
    return chr(ord("A") + (sum(_ODD[c] for c in plain[0:15:2]) + even) % 26) == plain[15]


def brazilian_cpf(plain: str) -> bool:
    """Two digits by 11."""
    if len(set(plain)) == 1:
        return False
    for length in (9, 10):
        total = sum(int(c) * (length + 1 - place) for place, c in enumerate(plain[:length]))
        if total * 10 % 11 % 10 != int(plain[length]):
            return False
    return True


_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104",
    "9876543210",
)  # fmt: skip
_TURNS = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def aadhaar(plain: str) -> bool:
    """Verhoeff; it begins with 2 to 9."""
    check = 0
    for place, c in enumerate(reversed(plain)):
        check = int(_TIMES[check][int(_TURNS[place % 8][int(c)])])
    return check == 0 and plain[0] in "23456789"
