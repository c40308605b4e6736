"""Beginnings of the words by which a text speaks of a day's month, an order's status and a refund, parted by "|", a line for each
language.

They are the judge's own, written without a look at the texts of the bot, and wide, so that a right answer is not missed for its
style. That a status is spoken of is all they say: a text may hold words of more than one.
"""

from __future__ import annotations


def _parts(*lines: str) -> tuple[str, ...]:
    return tuple(part for line in lines for part in line.split("|"))


MONTHS = {
    1: _parts("jan|ene|gen", "янв", "يناير|كانون الثاني", "जनवरी"),
    2: _parts("feb|fev|fév", "фев", "فبراير|شباط", "फरवरी|फ़रवरी"),
    3: _parts("mar|mär", "мар", "مارس|آذار", "मार्च"),
    4: _parts("apr|abr|avr", "апр", "أبريل|ابريل|إبريل|نيسان", "अप्रैल"),
    5: _parts("may|mai|mag", "мая|май", "مايو|أيار|ايار", "मई"),
    6: _parts("jun|juin|giu", "июн", "يونيو|حزيران", "जून"),
    7: _parts("jul|juil|lug", "июл", "يوليو|تموز", "जुलाई"),
    8: _parts("aug|ago|aoû", "авг", "أغسطس|اغسطس|آب", "अगस्त"),
    9: _parts("sep|set", "сен", "سبتمبر|أيلول", "सितंबर|सितम्बर"),
    10: _parts("oct|okt|out|ott", "окт", "أكتوبر|اكتوبر|تشرين الأول", "अक्टूबर|अक्तूबर"),
    11: _parts("nov", "ноя", "نوفمبر|تشرين الثاني", "नवंबर|नवम्बर"),
    12: _parts("dec|dez|dic|déc", "дек", "ديسمبر|كانون الأول", "दिसंबर|दिसम्बर"),
}

STATUS = {
    "processing": _parts(
        "处理|處理|准备|準備|备货|尚未发|未发货|还没发",
        "process|prepar|not yet shipped|not shipped|not left",
        "prepar|proces|tramit|aún no",
        "prépar|traitement|cours de|pas encore",
        "bearbeit|vorbereit|noch nicht",
        "prepar|process|ainda não",
        "lavorazione|prepara|elabora|non ancora",
        "обраб|готов|собира|комплект|не отправ",
        "処理|準備|手配|発送前|出荷前",
        "처리|준비|접수",
        "معالج|تجهيز|تحضير|لم يشحن",
        "प्रोसेस|तैयार|प्रक्रिया",
    ),
    "packed": _parts(
        "打包|包装|装好|包好",
        "packed|packag",
        "empaquet|embal|preparad",
        "emball|prêt|préparé",
        "packt",
        "embal|empacot",
        "imball|confezion|pronto|impacchett",
        "упаков|собран",
        "梱包",
        "포장",
        "تغليف|تعبئ|مغلف|معبأ|جاهز",
        "पैक",
    ),
    "shipped": _parts(
        "发货|寄出|發貨|运输|在途|路上|配送",
        "shipped|on its way|on the way|transit|dispatch|been sent",
        "enviad|camino|tránsito|ha salido",
        "expédi|en route|chemin|envoyé",
        "versandt|versendet|verschickt|unterwegs",
        "enviad|a caminho|trânsito|expedid",
        "spedit|viaggio|transito|in arrivo",
        "отправл|в пути|в дороге",
        "発送|出荷|配送",
        "발송|배송|출고",
        "شحن|طريق|أرسل|ارسل",
        "भेज|शिप|रास्ते|रवाना|bhej",
    ),
    "delivered": _parts(
        "送达|签收|已到",
        "delivered|arrived",
        "entregad|ha llegado",
        "livré",
        "zugestellt|geliefert",
        "entregue|entregad",
        "consegnat",
        "доставлен|вручен",
        "配達|お届け|届",
        "배송 완료|배송완료|도착|배달",
        "تسليم|توصيل|وصل",
        "डिलीवर|पहुँच|पहुंच|मिल",
    ),
    "late": _parts(
        "延误|延迟|晚|逾期|迟",
        "late|delay|overdue",
        "retras|demor",
        "retard",
        "verspät|verzöger|überfällig",
        "atras",
        "ritard",
        "задерж|опазд|опозд|просроч",
        "遅",
        "지연|늦",
        "تأخ|متأخر",
        "देर|विलंब",
    ),
    "cancelled": _parts(
        "取消",
        "cancel",
        "cancel|anulad",
        "annul",
        "storniert",
        "cancel|anulad",
        "annull",
        "отмен",
        "キャンセル|取り消|取消",
        "취소",
        "إلغاء|ألغي|ملغ",
        "रद्द|कैंसल",
    ),
}

REFUND = {
    "requested": _parts(
        "申请|处理|审核|进行|尚未|还没|还未",
        "request|process|progress|pending|review|not yet|under way|approv|on its way",
        "solicit|proces|trámite|tramit|pendiente|curso|todavía|aún",
        "demand|traitement|en cours|attente|pas encore",
        "beantrag|angefordert|bearbeit|läuft|prüf|noch nicht|veranlasst",
        "solicit|pedid|process|análise|andamento|curso|ainda|pendente",
        "richiest|lavorazione|in corso|elabora|attesa|non ancora|ancora",
        "запро|запра|обраб|рассм|заяв|оформл|ещё|еще|ожида",
        "申請|処理|手続|受付|受け付|まだ",
        "요청|접수|처리|신청|진행|아직",
        "قيد|معالج|مراجع|تقديم|تم طلب|طلب الاسترداد|طلب استرداد|بانتظار|لم يتم",
        "अनुरोध|प्रक्रिया|प्रोसेस|अभी|लंबित|माँगा|मांगा|request",
    ),
    "paid": _parts(
        "已退|退回|到账|完成|支付|退还|打款",
        "paid|refunded|issued|complet|was sent|been sent|transferred|credited|been returned",
        "reembolsad|pagad|abonad|devuelt|emitid|completad|realizad",
        "remboursé|versé|crédité|effectué|payé",
        "erstattet|ausgezahlt|überwiesen|gutgeschrieben|bezahlt|abgeschlossen",
        "reembolsad|pago|devolvid|creditad|concluíd|efetuad|efectuad|estornad|processado",
        "rimborsat|pagat|accreditat|effettuat|emess|versat|eseguit",
        "выплач|возвращен|возвращён|перечисл|переведен|переведён|оплачен|зачисл|выполнен|произвед",
        "返金済|完了|支払|返金いたし|返金し|返金され",
        "완료|지급|환불되|환불됐|환불했|입금",
        "تم رد|دفع|إيداع|تحويل|تم استرداد|تم الاسترداد|اكتمل|أعيد|تم صرف|أعدنا",
        "वापस कर|वापस हो|भुगतान|जमा|हो चुका|हो गया|जारी|लौटा|paid",
    ),
}
