"""The words beside a number that say what it is, in the twelve languages."""

from __future__ import annotations

import re
from enum import StrEnum

from switchboard.domain.privacy.kinds import Kind

BEFORE, AFTER = 48, 28  # characters that are read beside a number


class Other(StrEnum):
    """Numbers of things, not of people."""

    THING = "thing"


Label = Kind | Other

_PAYING = (
    "pay| paid|charge|debit|zahl|belast|paiement|payer|payé|débit|pagar|pagu|pago|cobr|pagam|pagat|"
    "addebit|оплат|плат|спис|دفع|خصم|"
    "भुगतान|支払|支払い|결제|付款|支付|扣款"
)
_CARD_NOUNS = (
    "card|visa|mastercard|master card|amex|"
    "american express|maestro|discover| jcb |unionpay|diners| pan:|karte|kredit|carte|cb |bancaire|"
    "tarjeta|tarxeta|crédito|credito|débito|cartão|cartao|carta |carta:|carta di|карт|мир |بطاق|فيزا|"
    "ماستر|مدى|कार्ड|カード|クレジット|카드|卡号|卡號|银行卡|銀行卡|信用卡|卡片|"
    "银联|借记卡|储蓄卡|我的卡|张卡|尾号|卡 "
)
# A blank at an end is the end of a word. The rest are beginnings or parts of words, as languages inflect and compound them.
_STEMS: dict[Label, str] = {
    Other.THING: (
        " size |größe|reifen|taille|medida|talla |tamanho|misura|размер|مقاس|साइज|サイズ|사이즈|尺码|尺寸|"
        " zip|postcode|postal code|account n|acct|routing|sort code|company n|plz|postleitzahl|kontonummer|ust-id|handelsregister|"
        "code postal|siret|siren|tva |código postal|cuenta|cep |cnpj|conta |cap |p.iva|p. iva|partita iva|conto n|инн|снилс|огрн|"
        "индекс|"
        "الرمز البريدي|الحساب|पिन कोड|खाता|郵便番号|口座|우편번호|사업자|계좌|주민등록|邮编|郵編|账号|税号|社保|"
        "order| po |tracking|track my|parcel|shipment|shipping|consignment|package|invoice|receipt|bill no|"
        "bill number|voucher|coupon|promo|gift code|gift card|giftcard|serial|imei|imsi|iccid|ean|upc|gtin|"
        "isbn| sku |barcode|bar code|article n|item n|item code|part n|product code|product n|product id|"
        "model|customer n|customer id|client n|client id|member|loyalty|bonus|reference|ref |ref.| ref:|"
        "ticket|case n|case id|case |booking|reservation|transaction|payment id|confirmation|policy n|"
        "contract|version|batch|lot n|return n|rma|authorization|verification| pin |"
        "code | token|meter|vat|tax n|registration|flight|warranty|claim|quote|session|firmware|score|"
        "bestell|auftrag|sendung|paket|rechnung|beleg|quittung|gutschein|seriennummer|serien|artikel|"
        "kundennummer|kunden|vorgang|aktenzeichen|vertrag|ticketnummer|buchung|referenz|strichcode|"
        "lieferschein|lieferung|retour|zähler|mitglied|modell|commande|colis|suivi|facture|reçu|"
        "bon d|bon de|code promo|série|n° client|numéro client|client|dossier|réservation|référence|contrat|"
        "expédition|livraison|code-barres|code barre|envoi|adhérent|fidélité|article|modèle|pedido|"
        "envío|envio|seguimiento|rastreo|paquete|factura|recibo|cupón|cupon|vale |serie|artículo|cliente|"
        "expediente|reserva|referencia|contrato|código|codigo|albarán|devolución|incidencia|guía|modelo|lote|"
        "póliza|poliza|apólice|polizz|policy |versicherungs|полис|पॉलिसी|siniestro|sinistr|schadens|दावा|matricola|matr |matr.|contatore|"
        "contador|compteur|عداد|العداد|表号|水表|电表|电錶|मीटर|उपभोक्ता|счетчик|счётчик|ust id|entreprise|ricamb|recambio|repuesto|قطعة|"
        "tessera|العملية|لوحة|"
        "socio|rastreamento|rastreio|encomenda|nota fiscal|fatura|cupom|protocolo|referência|pacote|remessa|"
        "boleto|produto|entrega|ordine|spedizione|tracciamento|pacco|fattura|ricevuta|scontrino|buono|seriale|"
        "articolo|pratica|prenotazione|riferimento|contratto|codice a barre|codice articolo|codice sconto|"
        "codice cliente|codice ordine|codice ean|codice di|reso|modello|заказ|трек|посылк|отправлен|накладн|"
        "счет|счёт|чек|купон|промокод|сертификат|серийн|артикул|клиент|обращен|заявк|договор|бронир|штрихкод|"
        "штрих-код|квитанц|ваучер|код |модел|возврат|طلب|الطلبية|شحن|تتبع|طرد|فاتور|إيصال|قسيم|كوبون|تسلسل|"
        "المنتج|العميل|مرجع|تذكر|حجز|عقد|باركود|بوليص|رمز|كود|موديل|إرجاع|"
        "ऑर्डर|आर्डर|ट्रैकिंग|पार्सल|शिपमेंट|"
        "इनवॉइस|चालान|बिल|रसीद|वाउचर|कूपन|सीरियल|आईएमईआई|"
        "ग्राहक|संदर्भ|टिकट|बुकिंग|बारकोड|कोड|उत्पाद|मॉडल|"
        "शिकायत|注文|追跡|伝票|荷物|配送番|送り状|請求|"
        "領収|クーポン|バウチャー|シリアル|製造番|商品|品番|型番|顧客|会員|お客様番号|問い合わせ番号|問合せ番号|"
        "予約|参照|契約|バーコード|コード|チケット|取引|ギフト|주문|송장|운송장|배송|택배|추적|인보이스|청구서|영수증|쿠폰|바우처|시리얼|일련번호|제품|상품|모델|고객번호|회원|문의번호|"
        "접수|예약|참조|계약|바코드|코드|티켓|거래|기프트|반품|订单|訂單|单号|單號|运单|快递|物流|包裹|发票|發票|收据|优惠券|优惠码|代金券|兑换|序列号|串号|货号|型号|条码|条形码|"
        "客户号|客户编号|会员|工单|参考|预约|预订|合同|流水号|交易|验证码|礼品|批次|编号|退货"
    ),
    Kind.PHONE: (
        " phone| telephone| tel | tel.| tél | tél.| cel | cel:|numero verde|대표번호|नया नंबर|सही नंबर| mobile| cell | cellphone|cell phone| landline|call me| call | call:|"
        " ring | ringing|text me| text | sms |reach me|reach us|reached|whatsapp|whats app|contact number|"
        "contact no|my number|my new number|number is| fax| dial |hotline|phone:|viber|signal|callback|"
        "call back|telefon|handy|mobil|rufnummer|rückruf|ruf mich|rufen|anruf|anzurufen|erreichbar|erreichen|"
        "festnetz|meine nummer|durchwahl|meldet euch|melden sie sich|téléphone|portable|appel|rappel|joindre|"
        "joignable|numéro est|mon numéro|fixe|mobile|telephone|teléfono|telefono|móvil|movil|celular|llám|"
        "llam|fijo|mi número|mi numero|contact|localiz|marcar|telefone|telemóvel|telemovel|ligar|ligue|liga|"
        "zap |meu número|meu numero|fone|fixo|contato|contacto|cellulare|cellulaire|chiam|richiam|mio numero|recapito|"
        "raggiung|fisso|contatt|телефон|моб|звон|номер мой|мой номер|связ|ватсап|вацап|тел |тел.|сот |набер|"
        "هاتف|جوال|موبايل|محمول|اتصل|اتصال|للتواصل|التواصل|تواصل|واتس|رقمي|تلفون|تليفون|كلم|"
        "फ़ोन|फोन|मोबाइल|"
        "कॉल|संपर्क|सम्पर्क|व्हाट्सएप|व्हाट्सऐप|मेरा नंबर|"
        "नंबर पर|टेलीफोन|電話|携帯|連絡|ケータイ|ﾃﾞﾝﾜ|でんわ|ファックス|tel|전화|"
        "휴대폰|핸드폰|연락|휴대전화|폰번호|폰 번호|제 번호|문자|电话|手机|"
        "手機|号码是|致电|打给|拨打|联系|聯繫|座机|联络|微信同号|回电|来电"
    ),
    Kind.CARD: f"{_PAYING}|{_CARD_NOUNS}",
    Kind.CN_ID: (
        "身份证|身份證|身分证|公民身份|证件|national id|id card|identity card|id number|id no|chinese id|resident id|居民|id:|"
        " id |주민|身份"
    ),
    Kind.US_SSN: (
        " ssn|social security|social sec|社会保障|社安号|seguro social|sozialversicherung|"
        "sécurité sociale américaine"
    ),
    Kind.DE_ID: (
        "steuer|steuer id|steuer-id|steueridentifikation|steuernummer|identifikationsnummer|idnr|tin |tax id|"
        "personalausweis|ausweis|perso |personalausweisnummer"
    ),
    Kind.FR_NIR: (
        "sécurité sociale|securite sociale|sécu|secu |nir |numéro insee|insee|n° ss|carte vitale"
    ),
    Kind.ES_ID: (
        " dni| nie | nif |documento de identidad|documento nacional| nie:| nif:"
    ),
    Kind.IT_CF: (
        "codice fiscale|cod. fiscale|cod fiscale| c.f.| cf "
    ),
    Kind.BR_CPF: (
        " cpf"
    ),
    Kind.IN_ID: (
        "aadhaar|aadhar|adhar|uidai| pan |pan card|pan no|pan number|"
        "आधार|पैन"
    ),
    Kind.PASSPORT: (
        "passport|reisepass|pass nr|passnummer|pass-nr|passeport|pasaporte|passaporte|passaporto|паспорт|"
        "загранпаспорт|جواز|पासपोर्ट|パスポート|旅券|여권|护照|護照"
    ),
}  # fmt: skip


_ALL: tuple[tuple[str, Label], ...] = tuple(
    (stem.rstrip("ー").replace("ー", " "), label) for label, stems in _STEMS.items() for stem in stems.split("|")
)
"""With the long vowel's sign as a blank, for it is a dash among digits (`folding`)."""
_OF_DEVICES = ("imei", "imsi", "iccid", "serial", "serie", "série", "серийн")
_OF_CARDS = tuple(stem for stem, label in _ALL if label is Kind.CARD)
_NOUNS = tuple(stem.rstrip("ー").replace("ー", " ") for stem in _CARD_NOUNS.split("|"))
_ACCOUNTS = frozenset({
    "account n", "acct", "kontonummer", "cuenta", "conta ", "conto", "счет", "счёт", "الحساب", "खाता", "口座", "계좌", "账号", "code ",
    "код ", " pin ", "código", "codigo", "كود", "رمز", "कोड", "코드", "コ ド",
})  # fmt: skip
"""What people also call a card's own numbers."""
_PRESENTS = re.compile(
    r"gift ?cards?|geschenkkarte|carte cadeau|tarjeta (?:de )?regalo|cartão.presente|carta regalo|подарочн\w* карт\w*|"
    r"ギフトカ.ド|기프트카드|礼品卡"
)
_BY_TWO: dict[str, list[tuple[str, Label]]] = {}
for _stem, _label in _ALL:
    _BY_TWO.setdefault(_stem[:2], []).append((_stem, _label))
_SIGNS = str.maketrans(dict.fromkeys(",;()[]{}<>\"'“”„«»「」『』（），；、：:=#|/\\*_~!¡¿?-\n’٫،؛؟", " "))
_ENDS = "!?。！？।؟\n"
_DIGIT = re.compile(r"\d")
_STOP = re.compile(r"[!?。！？।؟\n\d]|[.,;，；、](?:\s|$)|，|、")


class Beside:
    """The words beside numbers of one text, each surrounding read once. Nothing of it outlives the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[tuple[str, str], Label | None] = {}

    def of(self, start: int, end: int) -> Label | None:
        around = self._text[max(0, start - BEFORE) : start], self._text[end : end + AFTER]
        if around not in self._known:
            self._known[around] = before(self._text, start) or after(self._text, end)
        return self._known[around]


def before(text: str, start: int) -> Label | None:
    """What the words before a place say, those nearest to it; none of another number's nor sentence's."""
    window = text[max(0, start - BEFORE) : start]
    if (digit := _DIGIT.search(window[::-1])) is not None:
        window = window[len(window) - digit.start() :]
    return _nearest(_sentence(_led(window)), last=True)


def of_card(text: str, start: int) -> bool:
    """Whether a card, or paying, is spoken of before a number at all."""
    return _told(_OF_CARDS, text[max(0, start - BEFORE) : start])


def names_card(text: str, start: int, end: int) -> bool:
    """Whether a card is named in the sentence before a number, or right after it. A line with ":" at its end belongs to the next."""
    return _told(_NOUNS, _sentence(_led(text[max(0, start - BEFORE) : start]))) or _told(_NOUNS, text[end : end + AFTER].partition("\n")[0])


def _told(stems: tuple[str, ...], window: str) -> bool:
    if not any(map(str.isalpha, window)):
        return False
    shown = _PRESENTS.sub(" ", f" {window.lower().translate(_SIGNS)} ")
    return any(stem in shown for stem in stems)


_NUMBERS = r"(?:numbers?|nos?|nr|nrs|num|núm|nummern?|numm?ers?|numéros?|números?|numeros?|numeri|id|ids|code)"
_FILLER = re.compile(
    r"(?:\s|\.|(?:(?:with|mit|avec|con|com|under|unter|sous|bajo|sob) )?(?:(?:the|der|die|le|el|il|o|a|la) )?" + _NUMBERS + r"(?![a-z])"
    r"|(?:is|are|was|were|ist|sind|lautet|lauten|war|est|sont|es|son|é|são|è|sono|my|the|our|mein|meine|mon|mes|mi|mis|meu|meus|mio|et"
    r"|number|is:|n|nº|n°|no|№|номера?|это|мой|моя|رقم|أرقام|هو|هي|नंबर|संख्या|है|हैं)(?![^\W\d_])"
    r"|번호|는|은|이|가|号码?|號碼?|编号|編號|是|为|為|我的|番号|は|が|の|で)*"
)
_INFLECTED = re.compile(r"[a-z\u00c0-\u024f\u0400-\u052f\u0600-\u06ff\u0900-\u097f]*")
_LISTED = " \n,;/&+|.-#•*0123456789、，；"
_AND = re.compile(r"(?i)(?<![^\W\d_])(?:and|or|und|oder|et|ou|y|o|e|и|или|و|और|या)$|[和与或と및]$")
LIST = 400  # characters that are looked back to a list's head


def called(text: str, start: int, end: int, *, printed: bool) -> Label | None:
    """What words that belong to a number and nothing else call it: "order number 123", "123 is my order", a list's head for numbers of
    one length; "for my order use 123" calls it nothing."""
    window = _sentence(_led(text[max(0, start - BEFORE) : start]))
    if window.rstrip().endswith("#") and not _told(_NOUNS, window):
        return Other.THING
    if (digit := _DIGIT.search(window[::-1])) is not None:
        window = window[len(window) - digit.start() :]
    if (label := _directly(window)) is not None or printed:
        return label
    if (head := _head(text, start, end)) < start:
        window = _led(text[max(0, head - BEFORE) : head] + text[head : head + 1].strip(" 0123456789"))
        if (label := _directly(_sentence(window))) is not None:
            return label
    shown = f" {text[end : end + AFTER].partition(chr(10))[0].lower().translate(_SIGNS)} "
    label, at, _ = _found(shown, last=False)
    return label if label is not None and _FILLER.fullmatch(shown[:at]) is not None else None


def _directly(window: str) -> Label | None:
    shown = f" {window.lower().translate(_SIGNS)} "
    label, at, stem = _found(shown, last=True)
    if label is None or stem in _ACCOUNTS:
        return None
    rest = _INFLECTED.sub("", shown[at:], count=1) if shown[at - 1].isalpha() else shown[at:]
    return label if _FILLER.fullmatch(rest) is not None else None


def _head(text: str, start: int, end: int) -> int:
    """Where a list begins that a number stands in: of numbers as long as it is."""
    floor = max(0, start - LIST)
    shown, size = text[floor:start], end - start
    while True:
        cut = shown.rstrip(_LISTED)
        runs = [len(run) for run in re.findall(r"\d+", shown[len(cut) :])]
        if any(run != size for run in runs[0 if cut or not floor else 1 :]):
            return start
        if (joined := _AND.search(cut)) is None:
            return floor + len(cut)
        shown = cut[: joined.start()]


def _led(window: str) -> str:
    """What words with ":" at the end of a line say, they say of the next."""
    line = window.rstrip(" ")
    if line.endswith("\n") and (led := line.rstrip(" \n")).endswith((":", "：")) and line.count("\n", len(led)) == 1:
        return led + " "
    return window


def after(text: str, end: int) -> Label | None:
    """What the words after a place say, which count where those before say nothing."""
    window = text[end : end + AFTER]
    if (stop := _STOP.search(window)) is not None:
        if stop[0].isdigit():  # the words are the next number's
            return None
        window = window[: stop.start()]
    return _nearest(window, last=False)


def _sentence(text: str) -> str:
    cut = max(map(text.rfind, _ENDS)) + 1
    stop = text.rfind(". ", 0, len(text) - 1)
    while stop > cut and len(text[:stop].rpartition(" ")[2]) <= 4:  # "tel. ", "no. ", "ref. " end no sentence
        stop = text.rfind(". ", 0, stop)
    return text[max(cut, stop + 1) :] if stop >= cut else text[cut:]


def _nearest(window: str, *, last: bool) -> Label | None:
    if not any(map(str.isalpha, window)):
        return None
    return _found(f" {window.lower().translate(_SIGNS)} ", last=last)[0]


def _found(shown: str, *, last: bool) -> tuple[Label | None, int, str]:
    """The label of the last stem, or the first; where the stem ends, or begins; and the stem."""
    best, place, at, told = None, (-1, 0), 0, ""
    for begins in range(len(shown) - 1):
        for stem, label in _BY_TWO.get(shown[begins : begins + 2], ()):
            if shown.startswith(stem, begins):
                mine = (begins + len(stem.rstrip()), len(stem)) if last else (len(shown) - begins, len(stem))
                if mine > place:
                    best, place, told = label, mine, stem
                    at = mine[0] if last else begins
    if best is Kind.PHONE and any(word in shown for word in _OF_DEVICES):
        return Other.THING, at, told
    return best, at, told
