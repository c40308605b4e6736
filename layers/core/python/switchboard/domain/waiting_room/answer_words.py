"""How people say yes and no when something is offered, and the words that go along with either. Small letters, without
punctuation; `|` between phrases. Words that mean both in one language are left out: such an answer is asked about again. A yes that
is also among the words besides ("bitte") is one only where nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping

UNSPACED = frozenset({"zh", "ja", "ko"})
"""Languages whose phrases are found without spaces between them."""

_YES = {
    "en": "yes|y|yeah|yep|yup|ya|sure|ok|okay|okey|of course|certainly|absolutely|definitely|alright|all right|gladly|"
          "go ahead|please do|call me|call me back|please call|yes i do|i do|i would|that would be great|sounds good|"
          "that works|great|fine|why not|no problem|do it|agreed",
    "zh": "是|是的|好|好的|好啊|好吧|好呀|可以|可以的|行|行的|行啊|要|要的|需要|当然|嗯|嗯嗯|对|对的|没问题|愿意|同意|"
          "打给我|回电|请回电|请打电话|給我回電|給我打電話|给我回电|给我打电话|當然|沒問題|願意|對|對的",
    "es": "sí|si|s|claro|claro que sí|claro que si|por supuesto|vale|de acuerdo|bueno|perfecto|desde luego|está bien|"
          "esta bien|llámame|llamame|llámenme|llamenme|llámeme|llameme|con gusto|encantado|encantada|okey|dale|va|"
          "no hay problema|sin problema|cómo no|por qué no",
    "fr": "oui|ouais|o|d'accord|dac|bien sûr|bien sur|volontiers|avec plaisir|certainement|absolument|tout à fait|entendu|"
          "parfait|ça marche|ca marche|je veux bien|je veux|rappelez-moi|rappelez moi|appelez-moi|appelez moi|ça me va|"
          "ca me va|pourquoi pas|pas de problème|pas de souci|aucun problème",
    "de": "ja|j|jo|jep|jawohl|jaja|klar|na klar|gern|gerne|ja gern|sicher|natürlich|natuerlich|selbstverständlich|"
          "auf jeden fall|einverstanden|in ordnung|passt|gut|sehr gut|bitte|ja bitte|rufen sie mich an|rufen sie an|"
          "ruf mich an|bitte anrufen|rückruf|bitte um rückruf|warum nicht|unbedingt|ist gut|geht klar|kein problem",
    "pt": "sim|s|claro|claro que sim|com certeza|certo|pode|pode ser|pode sim|quero|quero sim|aceito|tá|tá bom|ta bom|"
          "está bem|esta bem|beleza|perfeito|combinado|me liga|me ligue|me liguem|pode ligar|podem ligar|liguem-me|"
          "ligue-me|concordo|isso|sem problema|sem problemas|por que não",
    "it": "sì|si|sí|s|certo|certamente|volentieri|va bene|d'accordo|perfetto|ovviamente|assolutamente|sicuro|esatto|"
          "richiamatemi|chiamatemi|mi richiami|mi chiami|bene|ottimo|con piacere|perché no|okay|nessun problema|"
          "non c'è problema",
    "ru": "да|ага|угу|конечно|давайте|давай|хорошо|ладно|можно|согласен|согласна|хочу|буду рад|буду рада|перезвоните|"
          "перезвоните мне|позвоните|позвоните мне|разумеется|с удовольствием|ок|окей|хорошо давайте|отлично|"
          "было бы хорошо|не против|почему бы и нет|без проблем|не вопрос",
    "ja": "はい|ハイ|ええ|うん|お願いします|おねがいします|お願い致します|お願いいたします|お願い|是非|ぜひ|もちろん|了解|"
          "了解です|承知しました|わかりました|分かりました|希望します|希望|折り返しお願いします|電話ください|"
          "電話してください|オーケー|オッケー|問題ありません|問題ないです",
    "ko": "네|넵|넹|네네|예|예예|응|그래|그래요|좋아요|좋습니다|좋아|부탁해요|부탁드려요|부탁드립니다|부탁합니다|물론|"
          "물론이죠|물론입니다|알겠습니다|알겠어요|그렇게해주세요|해주세요|전화주세요|전화해주세요|전화부탁드립니다|원해요|"
          "원합니다|오케이|콜|당연하죠|문제없어요|문제없습니다",
    "ar": "نعم|اي|أي|ايوه|أيوه|ايوا|أيوا|ايه|إيه|اجل|أجل|بلى|اكيد|أكيد|بالتأكيد|بالتاكيد|طبعا|طبعًا|تمام|حسنا|حسنًا|موافق|"
          "موافقة|اوكي|أوكي|بكل سرور|ماشي|اتصلوا بي|اتصل بي|أود ذلك|اريد|أريد|نعم أريد|لا مانع|لا بأس|لا باس|لم لا|لا مشكلة",
    "hi": "हाँ|हां|हा|जी|जी हाँ|जी हां|हाँ जी|हां जी|हाँजी|हांजी|ठीक है|ठीक|बिल्कुल|बिलकुल|ज़रूर|जरूर|अवश्य|अच्छा|सही है|"
          "ओके|चलेगा|क्यों नहीं|कर दीजिए|कॉल करें|कॉल कीजिए|कॉल कर दीजिए|फ़ोन करें|फोन करें|haan|han|haa|ji|ji haan|"
          "haan ji|theek hai|thik hai|zaroor|bilkul",
}  # fmt: skip

_NO = {
    "en": "no|n|nope|nah|no need|not now|not needed|not necessary|don't|do not|i don't|no i don't|never mind|nevermind|"
          "cancel|stop|i'll wait|i will wait|i'd rather wait|i prefer to wait|rather wait|i'm good|don't call|"
          "don't call me|do not call|do not call me|no way|not really",
    "zh": "不|不要|不用|不用了|不必|不必了|不需要|不需要了|不行|不可以|不是|否|不好|算了|没必要|我等|我等着|继续等|"
          "继续等待|我再等等|取消|先不用|先不要|別|别|别打|不愿意|不願意|沒必要|繼續等",
    "es": "no|n|nop|para nada|mejor no|no hace falta|no es necesario|ahora no|prefiero esperar|espero|esperaré|esperare|"
          "cancelar|no quiero|tampoco|no me llamen|no me llames",
    "fr": "non|n|nan|pas besoin|pas nécessaire|pas maintenant|pas la peine|je préfère attendre|je prefere attendre|"
          "j'attends|je patiente|annuler|surtout pas|ne m'appelez pas|non non|ça ira|ca ira",
    "de": "nein|n|ne|nö|nee|nicht|nicht nötig|nicht noetig|nicht jetzt|jetzt nicht|kein bedarf|kein rückruf|lieber nicht|"
          "ich warte|ich warte lieber|lieber warten|abbrechen|auf keinen fall|niemals|nicht anrufen|stopp|keinesfalls",
    "pt": "não|nao|n|nem|não precisa|nao precisa|não quero|nao quero|agora não|agora nao|prefiro esperar|prefiro aguardar|"
          "vou esperar|vou aguardar|aguardo|espero|cancelar|não é necessário|nao e necessario|de jeito nenhum|não me liguem",
    "it": "no|n|non serve|non occorre|non è necessario|non e necessario|non ora|adesso no|meglio di no|"
          "preferisco aspettare|aspetto|attendo|annulla|non voglio|no no|non mi chiami|non chiamatemi",
    "ru": "нет|не|неа|не надо|не нужно|не хочу|не сейчас|не стоит|подожду|я подожду|лучше подожду|я лучше подожду|отмена|"
          "не звоните|ни в коем случае|не требуется|спасибо не надо",
    "ja": "いいえ|いえ|いや|イイエ|ううん|不要|不要です|必要ない|必要ないです|必要ありません|いりません|要りません|"
          "いらない|いらないです|やめます|キャンセル|待ちます|待っています|このまま待ちます|遠慮します|遠慮しておきます|"
          "希望しません|お断りします",
    "ko": "아니요|아니오|아뇨|아니|아닙니다|아니에요|싫어요|싫습니다|필요없어요|필요없습니다|안할게요|안해요|안돼요|"
          "기다릴게요|기다리겠습니다|그냥기다릴게요|취소|됐어요|됐습니다|하지마세요|전화하지마세요|원하지않아요|"
          "원하지않습니다",
    "ar": "لا|لأ|كلا|لا أريد|لا اريد|لا داعي|ليس الآن|ليس الان|لا حاجة|لا شكرا|لا شكرًا|سأنتظر|سانتظر|أفضل الانتظار|"
          "افضل الانتظار|إلغاء|الغاء|لا تتصل|لا تتصلوا|مش عايز|ما ابي|ما أبي|أبدا|ابدا",
    "hi": "नहीं|नही|ना|न|जी नहीं|जी नही|नहीं जी|ज़रूरत नहीं|जरूरत नहीं|अभी नहीं|नहीं चाहिए|रहने दीजिए|रहने दो|मत कीजिए|"
          "इंतज़ार करूँगा|इंतज़ार करूंगा|इंतज़ार करूँगी|इंतज़ार करूंगी|मैं इंतज़ार करूँगा|मैं इंतज़ार करूँगी|कॉल मत करें|"
          "रद्द करें|nahi|nahin|na|ji nahi",
}  # fmt: skip

_BESIDES = {
    "en": "please|pls|plz|thanks|thank you|thank you very much|thx|ty|hi|hello|very much|that's|it's|my number is|"
          "my number|the number is|number|at|on|to|it is|here|my email is|my e-mail is|email",
    "zh": "谢谢|谢谢您|谢谢你|請|请|麻烦|麻烦您|麻烦你|了|吧|啊|呀|的|您好|你好|我的电话是|我的号码是|电话|号码|手机|"
          "手机号|是|謝謝|麻煩|我|你们|您",
    "es": "por favor|porfa|gracias|muchas gracias|hola|mi número es|mi numero es|mi número|mi numero|al|número|el",
    "fr": "s'il vous plaît|s'il vous plait|s'il te plaît|svp|stp|merci|merci beaucoup|bonjour|mon numéro est|mon numéro|au|"
          "le|mon numero est|mon numero|numéro",
    "de": "danke|vielen dank|danke schön|dankeschön|danke sehr|hallo|meine nummer ist|meine nummer|nummer|unter|unter der|"
          "doch|bitte|gut|mal",
    "pt": "por favor|pf|pfv|obrigado|obrigada|muito obrigado|muito obrigada|olá|oi|meu número é|meu numero é|meu número|"
          "número|o meu número é",
    "it": "per favore|per piacere|grazie|grazie mille|ciao|salve|il mio numero è|il mio numero e|il mio numero|al|numero|"
          "allora",
    "ru": "пожалуйста|спасибо|большое спасибо|здравствуйте|мой номер|номер|мне|на|по|тогда|я",
    "ja": "です|ます|ありがとうございます|ありがとう|よろしく|よろしくお願いします|電話番号は|番号は|電話は|で|に|どうぞ|"
          "結構|すみません|大丈夫",
    "ko": "요|감사합니다|고마워요|고맙습니다|제번호는|번호는|전화번호는|입니다|이에요|으로|로|안녕하세요|괜찮아요|"
          "괜찮습니다",
    "ar": "شكرا|شكرًا|شكراً|من فضلك|من فضلكم|لو سمحت|لو سمحتم|رجاء|رجاءً|رقمي|رقمي هو|على|السلام عليكم|جزيلا|جزيلًا",
    "hi": "कृपया|धन्यवाद|शुक्रिया|नमस्ते|प्लीज़|प्लीज|मेरा नंबर|मेरा नंबर है|है|पर|please|thanks|जी",
}  # fmt: skip


def _table(words: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {language: frozenset(text.split("|")) for language, text in words.items()}


YES: Mapping[str, frozenset[str]] = _table(_YES)
NO: Mapping[str, frozenset[str]] = _table(_NO)
BESIDES: Mapping[str, frozenset[str]] = _table(_BESIDES)

YES_SIGNS = frozenset("👍👌✅✔☑🆗")
NO_SIGNS = frozenset("👎❌✖🚫🙅")
