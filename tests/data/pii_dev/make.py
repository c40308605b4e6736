# ruff: noqa: E501  # a line a language
"""Writes the messages the detector of personal data was tuned on: `python -m tests.data.pii_dev.make`.

Sentences are ours; numbers are made up, with check digits that hold. `{kind}` is what is to be found, `{no:..}` what is not."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from switchboard.domain.privacy import checksums as check

HERE = Path(__file__).parent
R = random.Random(20261123)

SENTENCES = {
    "en": """My card {card} was charged twice.|Hi, I paid with {card}, order {no:order}|please refund to {iban} thanks|Write to {email}, not by phone.
Call me on {phone} after five|my new mobile is {phone} and the old one {phone}|I can be reached at {phone} or {email}.|My SSN is {us_ssn}, is that enough?
passport number {passport}, name as on the booking|Where is order {no:order}? Tracking {no:tracking}|The IMEI of the phone is {no:imei}|EAN {no:ean}, is it in stock?
I paid {no:price} on {no:date}|voucher {no:voucher} does not work|invoice no. {no:digits} is wrong|aadhaar {in_id}|Serial number {no:digits} on the back
It was 2 items, ref {no:digits}, for {no:price}|The card ending 4242 expired|{email}|{phone}|card: {card} exp 09/28 cvv 123|Customer number {no:digits}, I want my money back
my number's {phone}, text me|send it to {email}, or my wife's {email}|transaction {no:uuid} failed""",
    "de": """Meine Karte {card} wurde doppelt belastet.|Bitte erstatten Sie auf {iban}, danke|Meine Mail ist {email}.|Rufen Sie mich unter {phone} an
Ich bin unter {phone} oder {phone} erreichbar|Steuer-ID {de_id}|meine Ausweisnummer: {de_card}|Reisepass {passport}|Bestellung {no:order} kam am {no:date}
Sendungsnummer {no:tracking} steht still|Die Rechnung {no:digits} über {no:price} stimmt nicht|Gutschein {no:voucher} geht nicht|EAN {no:ean}
IMEI {no:imei} von meinem Telefon|Kundennummer {no:digits}|Bestellnummer lautet {no:digits}, bitte an {email} schreiben|Telefon: {phone}
Handy {phone}, Festnetz {phone}|Kreditkarte Nr. {card}, gültig bis 11/27|IBAN {iban} bei der Sparkasse|Seriennummer {no:digits}|{phone}
Es waren {no:price} statt {no:price}|Vertragsnummer {no:digits} gekündigt zum {no:date}""",
    "fr": """Ma carte {card} a été débitée deux fois.|Remboursez sur {iban} merci|Mon adresse est {email}, merci|Appelez-moi au {phone}
Mon numéro est le {phone}, ou {phone}|Numéro de sécurité sociale : {fr_nir}|Passeport n° {passport}|Commande {no:order} du {no:date}|Colis {no:tracking} perdu
facture n° {no:digits} de {no:price}|bon d'achat {no:voucher} refusé|EAN {no:ean}|IMEI {no:imei}|numéro client {no:digits}|{phone}
Joignable au {phone} toute la journée|carte bancaire {card} exp 04/29|{email}|Numéro de série {no:digits}|écrivez à {email} ou {email}""",
    "es": """Mi tarjeta {card} fue cobrada dos veces.|Devuelvan el dinero a {iban}|Mi correo es {email}.|Llámame al {phone}|mi móvil: {phone}
Mi DNI es {es_id}|NIE {es_id}, por favor|pasaporte {passport}|Pedido {no:order} del {no:date}|número de seguimiento {no:tracking}|factura {no:digits} de {no:price}
cupón {no:voucher} no funciona|EAN {no:ean}|IMEI {no:imei}|código de cliente {no:digits}|{phone}|Teléfono {phone} o {email}|la tarjeta {card} caduca 02/30
referencia {no:digits}|Mi número es {phone} gracias""",
    "pt": """Meu cartão {card} foi cobrado duas vezes.|Reembolso para {iban}|Meu e-mail é {email}.|Ligue para {phone}|meu celular {phone}
Meu CPF é {br_cpf}|CPF: {br_cpf} e telefone {phone}|passaporte {passport}|Pedido {no:order} de {no:date}|código de rastreio {no:tracking}|nota fiscal {no:digits}
cupom {no:voucher} não funciona|EAN {no:ean}|IMEI {no:imei}|protocolo {no:digits}|{phone}|Paguei {no:price}|cartão {card} val 08/27|boleto {no:digits}""",
    "it": """La mia carta {card} è stata addebitata due volte.|Rimborso su {iban} grazie|La mia email è {email}.|Chiamatemi al {phone}|cellulare {phone}
codice fiscale {it_cf}|passaporto {passport}|Ordine {no:order} del {no:date}|spedizione {no:tracking} ferma|fattura {no:digits} di {no:price}
buono {no:voucher} non va|EAN {no:ean}|IMEI {no:imei}|numero di serie {no:digits}|{phone}|il mio numero è {phone}|carta {card} scad. 01/29|ordine n. {no:digits}""",
    "ru": """С моей карты {card} списали дважды.|Верните на {iban}, пожалуйста|Моя почта {email}.|Позвоните мне {phone}|мой номер {phone}|паспорт {passport}
Заказ {no:order} от {no:date}|трек-номер {no:tracking}|счёт {no:digits} на {no:price}|купон {no:voucher} не работает|EAN {no:ean}|IMEI {no:imei}
артикул {no:digits}|{phone}|телефон: {phone}, почта: {email}|карта {card} до 05/28|номер заказа {no:digits}""",
    "ar": """تم خصم بطاقتي {card} مرتين|أعيدوا المبلغ إلى {iban} شكرا|بريدي {email}|اتصل بي على {phone}|رقم جوالي {phone}|جواز السفر {passport}
الطلب {no:order} بتاريخ {no:date}|رقم التتبع {no:tracking}|فاتورة {no:digits}|قسيمة {no:voucher} لا تعمل|رقم الطلب {no:digits}|IMEI {no:imei}|{phone}|هاتفي {phone} وبريدي {email}""",
    "hi": """मेरे कार्ड {card} से दो बार पैसे कटे|मेरा ईमेल {email} है|मुझे {phone} पर कॉल करें|मेरा मोबाइल नंबर {phone} है|आधार {in_id}|पासपोर्ट {passport}
ऑर्डर {no:order} कहाँ है|ट्रैकिंग नंबर {no:tracking}|इनवॉइस {no:digits} गलत है|कूपन {no:voucher} काम नहीं करता|ऑर्डर नंबर {no:digits} है|IMEI {no:imei}|{phone}|पैन {in_pan}
रिफंड {iban} में करें""",
    "ja": """カード{card}が二重に請求されました|メールは{email}です|電話は{phone}です|携帯番号は{phone}、お願いします|{phone}までご連絡ください|パスポート番号{passport}
注文番号{no:digits}です|注文{no:order}は{no:date}に届きました|追跡番号{no:tracking}|伝票番号{no:digits}|クーポン{no:voucher}が使えません|JANコード{no:ean}|IMEI {no:imei}|{phone}
カード番号：{card}、有効期限12/27|{email}に送ってください|IBANは{iban}です""",
    "ko": """카드 {card} 가 두 번 결제됐어요|이메일은 {email}입니다|전화번호는 {phone}입니다|{phone}로 연락 주세요|제 번호 {phone}|여권번호 {passport}
주문번호 {no:digits}|주문 {no:order} 는 {no:date}에 왔어요|운송장번호 {no:tracking}|쿠폰 {no:voucher} 안돼요|바코드 {no:ean}|IMEI {no:imei}|{phone}|휴대폰 {phone}, 메일 {email}
환불은 {iban} 로 부탁드려요""",
    "zh": """我的卡{card}被扣了两次|邮箱是{email}，谢谢|电话{phone}|请打我手机{phone}，或者{phone}|身份证号{cn_id}|身份证{cn_id}，手机{phone}|护照号{passport}|订单号{no:digits}
订单{no:order}什么时候到|快递单号{no:tracking}|发票号{no:digits}|优惠码{no:voucher}不能用|条形码{no:ean}|IMEI {no:imei}|{phone}|{cn_id}|退到{iban}|银行卡号：{card}|我{no:date}付了{no:price}
联系{email}或{phone}都行""",
}  # fmt: skip

PHONES = {
    "en": ["+1 415 555 0132", "(415) 555-0198", "415-867-5309", "415.867.5309", "+44 20 7946 0958", "020 7946 0958", "07700 900123", "+91 98765 43210", "1-800-555-0199",
           "+61 2 5550 1234", "4158675309", "001 415 867 5309", "+14158675309"],
    "de": ["+49 30 1234567", "030 1234567", "0151 23456789", "0151/23456789", "+49 (0)151 23456789", "0176-12345678", "0664 1234567", "+43 664 1234567", "044 668 18 00", "004915123456789",
           "015123456789", "(030) 123 45 67", "+49151 234 567 89"],
    "fr": ["06 12 34 56 78", "0612345678", "+33 6 12 34 56 78", "06.12.34.56.78", "01-23-45-67-89", "+33612345678", "+32 475 12 34 56", "0475 12 34 56"],
    "es": ["612 345 678", "+34 612 345 678", "612345678", "91 123 45 67", "+52 55 1234 5678", "+34612345678", "55 1234 5678", "0034 612345678"],
    "pt": ["(11) 98765-4321", "+55 11 98765-4321", "11987654321", "912 345 678", "+351 912 345 678", "(21) 2345-6789", "11 98765-4321"],
    "it": ["347 1234567", "+39 347 123 4567", "3471234567", "06 1234 5678", "02-12345678", "+39 06 1234567", "0039 3471234567"],
    "ru": ["+7 912 345-67-89", "8 (912) 345-67-89", "89123456789", "8-912-345-67-89", "+7(495)1234567", "+79123456789", "8 912 345 67 89"],
    "ar": ["0501234567", "+966 50 123 4567", "٠٥٠١٢٣٤٥٦٧", "010 1234 5678", "+20 10 1234 5678", "00971501234567", "050-123-4567", "+٩٦٦٥٠١٢٣٤٥٦٧"],
    "hi": ["98765 43210", "9876543210", "+91 98765 43210", "+91-9876543210", "९८७६५४३२१०", "09876543210", "022 2345 6789"],
    "ja": ["090-1234-5678", "09012345678", "03-1234-5678", "+81 90 1234 5678", "０９０－１２３４－５６７８", "03(1234)5678", "0120-123-456"],
    "ko": ["010-1234-5678", "01012345678", "02-123-4567", "+82 10-1234-5678", "010 1234 5678", "031-123-4567", "+821012345678"],
    "zh": ["13812345678", "138 1234 5678", "+86 138 1234 5678", "138-1234-5678", "010-12345678", "１３８１２３４５６７８", "+8613812345678", "021 6123 4567", "400-820-1234"],
}  # fmt: skip
MAILS = ["anna.berg@web.de", "j_smith99@gmail.com", "li.wei@qq.com", "12345678@163.com", "info@mail.shop.example", "o.k+shop@proton.me", "müller@bücher.example", "ivan@почта.рф",
         "TANAKA@EXAMPLE.CO.JP", "a@b.co", "kim-minsu@naver.com", "maria.silva@uol.com.br"]  # fmt: skip
PASSPORTS = {"en": ["533380006", "A12345678"], "de": ["C01X00T47", "C4VJ1R2KP"], "fr": ["12AB34567"], "es": ["AAA123456"], "pt": ["FA123456"], "it": ["YA1234567"],
             "ru": ["72 1234567", "4510 123456"], "ar": ["A12345678"], "hi": ["J8369854"], "ja": ["TK1234567"], "ko": ["M12345678"], "zh": ["E12345678", "EA1234567"]}  # fmt: skip
IBANS = {"DE": 18, "FR": 23, "GB": 18, "ES": 20, "IT": 23, "PT": 21, "SA": 20, "CH": 17, "AT": 16, "NL": 14, "BR": 25, "KZ": 16}


def digits(n: int) -> str:
    return "".join(R.choice("0123456789") for _ in range(n))


def holding(n: int, first: str, holds: object) -> str:
    while True:
        made = first + digits(n - len(first))
        if holds(made):  # type: ignore[operator]
            return made


def grouped(text: str, sizes: tuple[int, ...], sep: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return sep.join(p for p in [*parts, text[at:]] if p)


def card(lang: str) -> str:
    scheme = R.choice(["4", "51", "55", "2221", "34", "37", "62", "6011", "3530", "2200", "36"])
    n = {"34": 15, "37": 15, "36": 14, "62": R.choice([16, 19])}.get(scheme, 16)
    made = holding(n, scheme, check.luhn)
    sizes = {15: (4, 6, 5), 14: (4, 6, 4)}.get(n, (4, 4, 4, 4))
    shown = R.choice([made, grouped(made, sizes, " "), grouped(made, sizes, "-"), grouped(made, sizes, "."), grouped(made, sizes, "  "), grouped(made, sizes, " "), " ".join(made)])
    return other_digits(shown, lang)


def other_digits(shown: str, lang: str) -> str:
    zero = {"ar": 0x660, "hi": 0x966, "ja": 0xFF10, "zh": 0xFF10}.get(lang)
    return "".join(chr(zero + int(c)) if c.isdigit() else c for c in shown) if zero and R.random() < 0.3 else shown


def iban(lang: str) -> str:
    country = R.choice(list(IBANS))
    body = {"GB": "WEST", "NL": "ABNA"}.get(country, "")
    body += digits(IBANS[country] - len(body)) if country != "BR" else digits(23) + "P1"
    key = 98 - int("".join(str(int(c, 36)) for c in body + country + "00")) % 97
    made = f"{country}{key:02}{body}"
    return R.choice([made, grouped(made, (4,) * 9, " "), grouped(made, (4,) * 9, " ").lower(), grouped(made, (4,) * 9, "-")])


def ids(kind: str, lang: str) -> str:
    day = f"{R.randint(1950, 2005)}{R.randint(1, 12):02}{R.randint(1, 28):02}"
    match kind:
        case "cn_id":
            base = R.choice(["110105", "310101", "440304", "510107"]) + day + digits(3)
            made = next(base + c for c in "0123456789X" if check.chinese_id(base + c))
            return other_digits(R.choice([made, made, grouped(made, (6, 8), " "), made.replace("X", "x")]), lang)
        case "us_ssn":
            return f"{R.randint(100, 600)}-{R.randint(10, 99)}-{R.randint(1000, 9999)}"
        case "de_id":
            return R.choice([str, lambda m: grouped(m, (2, 3, 3), " ")])(holding(11, R.choice("123456789"), check.german_tax_id))
        case "de_card":
            return "L01X00T47"
        case "fr_nir":
            base = f"{R.choice('12')}{R.randint(50, 99)}{R.randint(1, 12):02}75{digits(6)}"
            made = next(f"{base}{k:02}" for k in range(1, 98) if check.french_nir(f"{base}{k:02}"))
            return R.choice([made, grouped(made, (1, 2, 2, 2, 3, 3), " ")])
        case "es_id":
            base = R.choice(["X", "Y", ""]) + digits(8)
            base = base[:8]
            made = next(base + c for c in "TRWAGMYFPDXBNJZSQVHLCKE" if check.spanish_id(base + c))
            return R.choice([made, made[:-1] + "-" + made[-1]])
        case "it_cf":
            base = f"RSSMRA{R.randint(50, 99)}{R.choice('ABCDEHLMPRST')}{R.randint(1, 28):02}H501"
            return next(base + c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if check.italian_code(base + c))
        case "br_cpf":
            made = holding(11, "", check.brazilian_cpf)
            return R.choice([made, f"{made[:3]}.{made[3:6]}.{made[6:9]}-{made[9:]}"])
        case "in_pan":
            return "ABCPK1234F"
        case _:
            return R.choice([str, lambda m: grouped(m, (4, 4), " ")])(holding(12, R.choice("23456789"), check.aadhaar))


def no(what: str) -> str:
    match what:
        case "order":
            return R.choice(["SB-48213", "#10293", "SB-2026-004812", "405-1234567-8901234", "100" + digits(6)])
        case "tracking":
            return R.choice(["00340434" + digits(12), "1Z999AA1" + digits(10), "RR123456785DE", "9400 1000 0000 0000 0000 00", "LX" + digits(9) + "CN", digits(14), "SF" + digits(13),
                             "JD0" + digits(17), "4" + holding(15, "", lambda d: not check.luhn("4" + d))])  # fmt: skip
        case "imei":
            return holding(15, "35", check.luhn)
        case "ean":
            return R.choice(["40", "49", "69", "54"]) + digits(11)
        case "voucher":
            return R.choice(["SAVE20-" + digits(4), "GIFT-7K2M-9QXA", "X" + digits(8) + "Q", "4" + holding(15, "", lambda d: not check.luhn("4" + d))])
        case "date":
            return R.choice(["2026-10-31", "31.10.2026", "10/31/2026", "31/10/2026", "2026.10.31", "1.3.2026"])
        case "price":
            return R.choice(["1.234.567,00 €", "$1,299.00", "19.99", "2 499 000 руб", "1299 元", "€ 49,90", "1 234 567 EUR", "1500000 원"])
        case "uuid":
            return "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
        case _:
            return R.choice([digits(8), digits(10), digits(7), "RE-2026-" + digits(6), digits(9), digits(12), "4" + digits(4) + "-" + digits(5)])


def made(kind: str, lang: str) -> str:
    match kind:
        case "card":
            return card(lang)
        case "iban":
            return iban(lang)
        case "email":
            return R.choice(MAILS)
        case "phone":
            return R.choice(PHONES[lang])
        case "passport":
            return R.choice(PASSPORTS[lang])
        case _:
            return no(kind[3:]) if kind.startswith("no:") else ids(kind, lang)


def message(sentence: str, lang: str) -> dict[str, object]:
    text, spans = "", []
    for part in re.split(r"(\{[a-z_:]+\})", sentence):
        if part[:1] != "{":
            text += part
            continue
        kind, value = part[1:-1], made(part[1:-1], lang)
        if not kind.startswith("no:"):
            spans.append([len(text), len(text) + len(value), {"de_card": "de_id", "in_pan": "in_id"}.get(kind, kind)])
        text += value
    return {"text": text, "lang": lang, "spans": spans}


def main(rounds: int = 2) -> None:
    for lang, block in SENTENCES.items():
        sentences = [s for line in block.splitlines() for s in line.split("|")]
        lines = [json.dumps(message(s, lang), ensure_ascii=False) for _ in range(rounds) for s in sentences]
        (HERE / f"{lang}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
