"""Short customer messages in the twelve languages, to judge language identification. Ten a language, most of them short."""

SAMPLES: dict[str, tuple[str, ...]] = {
    "en": (
        "Where is my parcel?", "refund please", "can i pay with paypal", "it arrived broken", "Cancel my order",
        "do you ship to Norway", "wrong size", "I can't log in", "is the blue one back in stock?", "speak to a human",
    ),
    "es": (
        "¿Dónde está mi paquete?", "quiero un reembolso", "puedo pagar con tarjeta", "llegó roto", "Cancela mi pedido",
        "hacéis envíos a Canarias", "talla equivocada", "no puedo entrar en mi cuenta", "¿vuelve a haber en azul?",
        "quiero hablar con una persona",
    ),
    "fr": (
        "Où est mon colis ?", "remboursement svp", "je peux payer par carte ?", "arrivé cassé", "Annulez ma commande",
        "vous livrez en Belgique ?", "mauvaise taille", "je n'arrive pas à me connecter", "le bleu est en stock ?",
        "parler à un conseiller",
    ),
    "de": (
        "Wo bleibt mein Paket?", "Geld zurück bitte", "kann ich auf Rechnung zahlen", "kam kaputt an",
        "Bestellung stornieren", "liefert ihr nach Österreich", "falsche Größe", "ich komme nicht in mein Konto",
        "gibt es das noch in blau?", "mit einem Menschen sprechen",
    ),
    "pt": (
        "Cadê meu pacote?", "quero meu dinheiro de volta", "posso pagar com pix", "chegou quebrado", "Cancelar pedido",
        "vocês entregam em Manaus", "tamanho errado", "não consigo entrar na minha conta", "ainda tem na cor azul?",
        "falar com um atendente",
    ),
    "it": (
        "Dov'è il mio pacco?", "vorrei un rimborso", "posso pagare con la carta", "è arrivato rotto",
        "Annullare l'ordine", "spedite in Svizzera", "taglia sbagliata", "non riesco ad accedere",
        "c'è ancora in blu?", "parlare con un operatore",
    ),
    "ru": (
        "Где моя посылка?", "верните деньги", "можно оплатить картой", "пришло разбитое", "Отмените заказ",
        "доставляете в Казань", "не тот размер", "не могу войти", "синий ещё есть?", "позовите оператора",
    ),
    "zh": (
        "我的包裹到哪了", "我要退款", "可以用支付宝吗", "收到是坏的", "取消訂單", "能寄到香港嗎", "尺码不对", "登录不了",
        "iPhone 壳还有蓝色吗", "转人工",
    ),
    "ja": (
        "荷物はどこですか", "返金してください", "カードで払えますか", "壊れて届きました", "注文をキャンセルしたい",
        "沖縄に発送できますか", "サイズ違い", "ログインできません", "青の在庫はありますか", "支払方法変更",
    ),
    "ko": (
        "택배 어디쯤 왔나요", "환불해 주세요", "카카오페이 되나요", "깨져서 왔어요", "주문 취소", "제주도 배송 되나요",
        "사이즈가 안 맞아요", "로그인이 안 돼요", "파란색 재고 있나요?", "상담원 연결",
    ),
    "ar": (
        "أين طردي؟", "أريد استرداد المبلغ", "هل يمكنني الدفع بالبطاقة", "وصل مكسورا", "إلغاء الطلب",
        "هل توصلون إلى جدة", "المقاس خطأ", "لا أستطيع تسجيل الدخول", "هل اللون الأزرق متوفر؟", "أريد التحدث مع موظف",
    ),
    "hi": (
        "मेरा पार्सल कहाँ है?", "पैसे वापस चाहिए", "क्या यूपीआई से भुगतान होगा", "टूटा हुआ आया", "ऑर्डर कैंसल करो",
        "क्या पटना में डिलीवरी है", "गलत साइज़ आया", "लॉगिन नहीं हो रहा", "नीला वाला स्टॉक में है?",
        "किसी इंसान से बात कराओ",
    ),
}  # fmt: skip
