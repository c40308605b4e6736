"""Words around the values of slots: before and after addresses, of addresses, and what slots are called. As `cues` has them."""

from __future__ import annotations

from collections.abc import Mapping

_ADDRESS_LEADS = {
    "en": "make that|make it|to|at|is|it's|its|address is|new address is|the new address is|my new address is|"
          "my address is|the address is|send it to|deliver it to|deliver to|ship it to|ship to|change it to|"
          "it should go to|should go to|please send it to|new address|address|instead to|to this address",
    "de": "an die|an den|in die|in den|nach der|an meine adresse|die adresse lautet|das ist|an|nach|zu|zur|ist|lautet|"
          "adresse ist|neue adresse ist|die neue adresse ist|die adresse ist|meine neue adresse ist|neue adresse lautet|"
          "die neue adresse lautet|meine neue adresse lautet|schicken sie es an|senden sie es an|liefern sie an|"
          "liefern sie es an|bitte an|auf|neue adresse|adresse|an die adresse|bitte nach|in der|in",
    "fr": "pour|pour le|pour la|c'est le|au lieu|à|au|chez|est|l'adresse est|la nouvelle adresse est|"
          "ma nouvelle adresse est|mon adresse est|nouvelle adresse|envoyez-le à|envoyez au|envoyez à|livrez à|livrez au|"
          "livrer au|livrer à|adresse|plutôt au|à l'adresse|par|vers|c'est",
    "es": "por la|a la|hacia|con la dirección|a|en|es|al|la dirección es|la nueva dirección es|mi nueva dirección es|"
          "mi dirección es|nueva dirección|envíenlo a|envíelo a|envíalo a|mándenlo a|entregar en|entréguenlo en|dirección|"
          "a la dirección|por|sería",
    "pt": "para o endereço|por|para|em|é|ao|à|na|no|para a|para o|o endereço é|o novo endereço é|meu novo endereço é|"
          "meu endereço é|novo endereço|enviem para|envie para|mande para|entregar em|entregue em|entregar na|endereço|"
          "seria|morada|nova morada|a nova morada é",
    "it": "con|nel|nella|al nuovo indirizzo|a|in|è|al|alla|all'|l'indirizzo è|il nuovo indirizzo è|"
          "il mio nuovo indirizzo è|nuovo indirizzo|inviatelo a|spedite a|spedire a|consegnate in|consegnare in|indirizzo|"
          "all'indirizzo|presso|sarebbe",
    "ru": "на|по|по адресу|адрес|новый адрес|мой новый адрес|мой адрес|отправьте по адресу|отправьте на|доставьте на|"
          "доставьте по адресу|на адрес|на новый адрес|это",
    "zh": "到|至|为|為|是|成|寄到|送到|发到|改成|改为|改為|改到|换成|換成|地址是|新地址是|地址改为|地址改成|地址为|新地址|"
          "地址|我的新地址是|收货地址|收货地址是|配送到|寄往|送至|寄至",
    "ja": "住所は|新しい住所は|新住所は|住所を|届け先は|届け先を|配送先は|配送先を|お届け先を|お届け先は|宛先は|新住所|住所",
    "ko": "주소는|새주소는|주소를|배송지를|배송지는|새주소|주소|받는곳은|새배송지는",
    "ar": "إلى|الى|على|في|هو|العنوان هو|العنوان الجديد هو|عنواني الجديد هو|عنواني الجديد|عنواني|العنوان الجديد|العنوان|"
          "إلى العنوان|الى العنوان|أرسلوه إلى|للعنوان|عند",
    "hi": "बदलकर|को बदलकर|की जगह|इस पते पर|पता है|नया पता है|मेरा नया पता है|मेरा पता है|नया पता|मेरा पता|पता|का पता|को|"
          "pata hai|naya pata hai|naya pata|address",
}  # fmt: skip

_ADDRESS_ENDS = {  # what follows an address and is no part of it
    "en": "please|pls|thanks|thank you|instead|if possible|if you can|asap",
    "de": "ändern|liefern|schicken|senden|bitte|danke|vielen dank|geliefert werden|zustellen|geändert werden|umleiten|"
          "schicken lassen",
    "fr": "s'il vous plaît|s'il te plaît|svp|merci|si possible|à la place",
    "es": "por favor|gracias|si es posible|en su lugar",
    "pt": "por favor|obrigado|obrigada|se possível|por gentileza",
    "it": "per favore|per piacere|grazie|se possibile|per cortesia",
    "ru": "пожалуйста|спасибо|если можно|если возможно",
    "zh": "谢谢|謝謝|吧|可以吗|麻烦了|麻烦您|拜托",
    "ja": "に変更|へ変更|に届け|へ届け|に送|へ送|にして|宛に|でお願い|にお願い|へお願い|です|になります|に配送|への変更|"
          "お願いします|に変え|まで|に直し|にお届け",
    "ko": "으로변경|로변경|으로바꿔|로바꿔|으로보내|로보내|으로배송|로배송|입니다|이에요|예요|이요|으로부탁|로부탁|으로해|"
          "로해|으로수정|로수정|에보내|부탁|으로요|로요",
    "ar": "من فضلك|من فضلكم|لو سمحت|لو سمحتم|شكرا|رجاء|إذا أمكن",
    "hi": "पर भेज|में बदल|से बदल|पर भिजवा|कर दीजिए|कर दें|कर दो|है|कृपया|धन्यवाद|पर डिलीवर|पर पहुंचा|par bhej|kar do|please",
}  # fmt: skip

_NAMED_ADDRESS = {
    "en": "address|street|house number|postcode|zip",
    "de": "adresse|anschrift|straße|hausnummer|plz",
    "fr": "adresse|rue",
    "es": "dirección|calle|domicilio",
    "pt": "endereço|morada|rua",
    "it": "indirizzo|via",
    "ru": "адрес|адреса|улица",
    "zh": "地址|住址",
    "ja": "住所|届け先|宛先|配送先",
    "ko": "주소|배송지",
    "ar": "العنوان|عنوان|الشارع",
    "hi": "पता|पते|pata|address",
}  # fmt: skip

_NAMED_CODE = {
    "en": "order|order number|number",
    "de": "bestellung|bestellnummer|nummer|auftrag",
    "fr": "commande|numéro",
    "es": "pedido|número",
    "pt": "pedido|encomenda|número",
    "it": "ordine|numero",
    "ru": "заказ|номер|заказа",
    "zh": "订单|订单号|單號|訂單|单号",
    "ja": "注文|注文番号|番号",
    "ko": "주문|주문번호|번호",
    "ar": "الطلب|طلب|رقم|الطلبية",
    "hi": "ऑर्डर|नंबर|order",
}  # fmt: skip

_NAMED_EMAIL = {
    "en": "email|e mail|mail",
    "de": "email|e mail|mail|mailadresse",
    "fr": "e mail|mail|courriel|adresse mail",
    "es": "correo|email|e mail",
    "pt": "e mail|email|correio",
    "it": "e mail|email|posta",
    "ru": "почта|почту|email|емейл",
    "zh": "邮箱|邮件|電郵|郵箱",
    "ja": "メール|メールアドレス",
    "ko": "이메일|메일",
    "ar": "البريد|الإيميل|ايميل|بريد",
    "hi": "ईमेल|email",
}  # fmt: skip

_NAMED_PHONE = {
    "en": "phone|phone number|mobile",
    "de": "telefon|telefonnummer|handynummer",
    "fr": "téléphone",
    "es": "teléfono|móvil|celular",
    "pt": "telefone|celular|telemóvel",
    "it": "telefono|cellulare",
    "ru": "телефон|телефона",
    "zh": "电话|手机|手机号|電話",
    "ja": "電話番号|電話",
    "ko": "전화번호|전화",
    "ar": "الهاتف|الجوال|هاتف",
    "hi": "फ़ोन|मोबाइल|फोन",
}  # fmt: skip

TABLES: Mapping[str, Mapping[str, str]] = {
    "address_leads": _ADDRESS_LEADS, "address_ends": _ADDRESS_ENDS, "named_address": _NAMED_ADDRESS, "named_code": _NAMED_CODE,
    "named_email": _NAMED_EMAIL, "named_phone": _NAMED_PHONE,
}  # fmt: skip

_ADDRESS_WORDS = (
    "alameda|allee|andar|apartment|appartement|apt|apto|av|avda|ave|avenida|avenue|bairro|bd|bis|blvd|boulevard|building|"
    "scala|piano|palazzina|étage|etage|escalera|portal|bloco|bloque|block|room|entrance|aufgang|hinterhaus|stock|подъезд|этаж|"
    "calle|carrera|carretera|cedex|chemin|colonia|colony|corso|cours|court|ct|damm|dr|drive|estrada|flat|floor|gali|gasse|"
    "house|impasse|interno|lane|largo|ln|marg|nagar|paseo|piazza|piso|place|platz|plaza|praca|praça|puerta|quai|rd|ring|"
    "road|rodovia|rua|rue|sector|society|square|st|str|strasse|street|suite|travessa|ufer|unit|via|viale|vicolo|weg|"
    "бульвар|д|дом|кв|квартира|корпус|набережная|пер|переулок|площадь|пр|проспект|ул|улица|шоссе|بناية|حي|شارع|شقة|طريق|"
    "عمارة|مبنى|مدينة|منطقة|ميدان|कॉलोनी|गली|नगर|फ्लैट|मकान|मार्ग|मोहल्ला|रोड|सड़क|सेक्टर"
)
ADDRESS_WORDS = frozenset(_ADDRESS_WORDS.split("|"))
"""Words of addresses, as people write them."""

ADDRESS_ENDINGS = ("strasse", "straße", "str", "weg", "platz", "allee", "gasse", "damm", "ufer")
"""What German ones end in."""

ADDRESS_SIGNS = frozenset("省市区區县縣路街号號巷弄镇鎮村栋棟楼樓室都道府県町丁番地")
ADDRESS_SIGNS_KOREAN = frozenset("시구동로길읍면리호층")

SIZES: Mapping[str, str] = {
    "S": "small|klein|kleine|pequeño|pequeña|petit|petite|pequeno|pequena|piccola|piccolo|маленький|маленькая|маленькую|"
         "小号|小码|スモール|스몰|صغير|छोटा|स्मॉल",
    "M": "medium|mittel|mittlere|mediano|mediana|moyen|moyenne|médio|média|media|medio|средний|средняя|среднюю|中号|中码|"
         "ミディアム|미디엄|متوسط|وسط|मीडियम|मध्यम",
    "L": "large|groß|große|gross|grande|grand|большой|большая|большую|大号|大码|ラージ|라지|كبير|बड़ा|लार्ज",
    "XL": "extra large|x large|sehr groß|extra grande|très grand|muy grande|очень большой|加大|加大号|エックスラージ|"
         "엑스라지|كبير جدا|एक्स्ट्रा लार्ज",
}  # fmt: skip
"""How people say the sizes of clothes."""
