"""What a company is held to: matters that a draft may speak of only where its source does. A matter is found by the beginnings of
words in the project's languages, so that a German draft can stand on an English article."""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchboard.domain.knowledge.words import fold

# Beginnings of words, folded (small letters, no accents); a part in the middle of one is written with a * in front.
_MATTERS: Mapping[str, str] = {
    "refund": "refund|reimburs|money back|erstatt|ruckerstatt|*ruckzahl|*geld zuruck|rembours|reembols|devolucion del dinero|"
    "devolvemos|devolveremos|estorn|rimbors|*возврат денег|*вернем деньги|*возврат средств|"
    "*возмес|*退款|*退钱|*退錢|*返金|*払い戻|*환불|*استرداد|*رد المبلغ|"
    "*रिफंड|*रिफ़ंड|*पैसे वापस|*धनवापसी|*возвращаем",
    "discount": "discount|voucher|coupon|store credit|rabatt|gutschein|*preisnachlass|remise|bon d'achat|descuento|cupon|vale de|"
    "desconto|cupom|sconto|buono|*скидк|*купон|*折扣|*优惠|*優惠|*代金券|*割引|*クーポン|*할인|*쿠폰|*خصم|*قسيم|*छूट|*कूपन",
    "free": "free of charge|for free|at no cost|no charge|complimentary|free ship|free deliver|free repair|free return|"
    "free replac|kostenlos|kostenfrei|"
    "gratis|umsonst|gratuit|offert|sans frais|sin coste|sin costo|gratuito|de graca|sem custo|senza costi|omaggio|*бесплатн|"
    "*免费|*免費|*無料|*무료|*مجان|*मुफ्त|*मुफ़्त|*निःशुल्क|*नि:शुल्क",
    "warranty": "warrant|guarantee|garanti|gewahrleist|garantia|garanzia|*гарант|*保修|*质保|*保固|*保証|*보증|*ضمان|*वारंटी|*गारंटी",
    "compensation": "compensat|indemnif|entschadig|schadensersatz|dedommag|indemnis|indemniz|compensac|indenniz|risarc|*компенсац|"
    "*赔偿|*賠償|*补偿|*補償|*보상|*배상|*تعويض|*मुआवज",
    "replacement": "replac|*ersatzger|ersatz|austausch|umtausch|remplac|reemplaz|sustitu|substitu|sostitu|cambio|echang|*замен|*обмен|"
    "*更换|*換貨|*换货|*交換|*교환|*교체|*استبدال|*बदल",
    "cancellation": "cancel|stornier|kundig|annul|resili|cancelar|disdett|*отмен|*取消|*キャンセル|*解約|*취소|*해지|"
    "*إلغاء|*الغاء|*रद्द",
    "paid": "transferred to your account|paid out|credited|uberwiesen|gutgeschrieben|vire sur|credite|abonad|creditad|accreditat|"
    "*зачисл|*到账|*入账|"
    "*振り込|*입금|*تحويل المبلغ|*खाते में जमा",
    "secret": "password|passcode|pin code|your pin|cvv|one-time code|verification code|security code|login details|"
    "credentials|passwort|kennwort|"
    "zugangsdaten|prufziffer|mot de passe|code secret|code de verification|contrasena|clave de|codigo de verificacion|"
    "senha|"
    "codigo de seguranca|parola d'ordine|codice di verifica|codice di sicurezza|*парол|*пин-код|*код из смс|"
    "*密码|*密碼|*验证码|*驗證碼|*パスワード|"
    "*暗証番号|*認証コード|*비밀번호|*인증번호|*인증 코드|*كلمة المرور|*كلمة السر|*رمز التحقق|"
    "*पासवर्ड|*ओटीपी|*पिन कोड",
    "payment": "transfer the|transfer money|send money|wire the|gift card|bitcoin|"
    "crypto|uberweisen sie|geld senden|virement vers|envoyez de l'argent|"
    "transfiera|envie dinero|transfira|"
    "envie dinheiro|faccia un bonifico|bonifico a|invii denaro|*переведите|*перевести деньги|*转账|*轉帳|*汇款|"
    "*振り込んで|*送金|*송금|*이체|*حول المبلغ|*ارسل المال|"
    "*पैसे भेज|*ट्रांसफर कर",
    "today": "today|tonight|heute|aujourd'hui|hoy|hoje|oggi|*сегодня|*今天|*今日|*本日|*오늘|*اليوم نفسه|*आज",
    "tomorrow": "tomorrow|morgen fruh|bis morgen|demain|manana mismo|para manana|amanha|domani|*завтра|*明天|*明日|*내일|*غدا|*कल तक",
}
_PATTERNS = {
    matter: re.compile("|".join(
        re.escape(fold(part[1:])) if part[0] == "*" else rf"(?<!\w){re.escape(fold(part))}" for part in parts.split("|")
    ))
    for matter, parts in _MATTERS.items()
}  # fmt: skip


def matters(text: str) -> frozenset[str]:
    """What of it a text speaks of."""
    folded = fold(text)
    return frozenset(matter for matter, pattern in _PATTERNS.items() if pattern.search(folded))
