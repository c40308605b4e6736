"""Words by which the engine tells what kind of thing a customer says. Small letters, without punctuation, `|` between phrases; accents
and apostrophes make no difference. English is understood everywhere besides the customer's own language."""

from __future__ import annotations

from collections.abc import Mapping

AGREE = {
    "en": "correct|that is correct|thats correct|right|thats right|that is right|confirm|confirmed|i confirm|exactly|"
          "proceed|yea|yes please|looks good|sounds right|go on|please go ahead|do that|please do that|perfect|yes do it|"
          "that would be great|"
          "yh|yas|aye|sure thing|fine by me|go for it|yes go|spot on|kk|mhm|uh huh|yessir|thats the one|sure do it|"
          "do so|please proceed|you may|by all means|be my guest|lets do it|yes lets do that|thats correct|all correct|sounds right",
    "zh": "确认|确定|没错|正确|就这样|就这么办|对的|是的没错|请办理|办吧|確認|確定|沒錯|请确认|"
          "发吧|嗯呐|嗯可以|提交吧|可以呀|可以啊|ok的|好滴|好嘞|行吧|"
          "弄吧|帮我弄|那就办|可以的办吧|就这么弄|行就这样|麻烦了",
    "es": "correcto|confirmo|confirmado|exacto|así es|eso es|adelante|hazlo|hágalo|sí por favor|procede|proceda|"
          "está correcto|"
          "sip|eso mismo|tal cual|venga|órale|tramítelo|tramítalo|ándale|claro hazlo|sí hazlo|sí hágalo|sí adelante|"
          "hazlo ya|sí dale|dale sí|así mismo|sí eso|pues sí|claro que sí hazlo|háganlo|sí háganlo|tramitadlo|hacedlo|sí hacedlo",
    "fr": "correct|c'est correct|je confirme|confirmé|exact|exactement|c'est ça|c'est bien ça|allez-y|vas-y|faites-le|"
          "faites|"
          "oui oui|ouai|yes|vas y|allez y|impec|banco|oui c'est ça|oui faites|ui|"
          "fais-le|fais le|oui merci|oui svp|oui c'est bon|allez|ok allez-y|oui je veux bien|c'est correct oui",
    "de": "korrekt|richtig|das ist richtig|das stimmt|stimmt|stimmt so|genau|bestätigt|ich bestätige|bestätige|"
          "machen sie das|mach das|ja bitte|passt so|so ist es|bitte so machen|"
          "jup|jap|joa|jau|yes|nur zu|haut hin|ja mach|ja machen sie|"
          "mach mal|mach|macht|macht das|mach ruhig|machen sie mal|machen sie bitte|tu das|klar doch|logo|gerne doch|ja gerne|"
          "ja klar|jo klar|"
          "ja machen|bitte machen",
    "pt": "correto|está correto|confirmo|confirmado|exato|isso mesmo|é isso|pode fazer|faça|faz isso|pode prosseguir|certo|"
          "isso aí|aham|uhum|fechou|fechado|manda ver|tá certo|positivo|sim sim|pode sim|é isso aí|"
          "faz|faz aí|podem fazer|pode mandar ver|sim faz favor|sim faça|façam|força|vai|bora",
    "it": "corretto|è corretto|confermo|confermato|esatto|giusto|è giusto|proceda|procedi|procedete|faccia pure|fai pure|"
          "sì grazie|"
          "sisi|si si|fate pure|procedete pure|certo che sì|yes|esattamente|proprio così|sì sì|"
          "fallo|fatelo|lo faccia|sì lo faccia|sì fatelo|sì procedete|sì proceda|vai|vada|vada pure|certo procedete",
    "ru": "верно|все верно|всё верно|правильно|все правильно|подтверждаю|точно|именно|так и есть|делайте|сделайте|"
          "да пожалуйста|"
          "да да|дада|оформляйте|оформляй|так точно|пойдет|норм|валяйте|именно так|да давайте|ну да|да верно|"
          "делай|давай так|да делайте|да сделайте|ага да|ну давайте|ну давай|все так|всё так|угу да",
    "ja": "正しいです|合っています|合ってます|あっています|そうです|その通りです|確認しました|それでお願いします|"
          "それで大丈夫です|大丈夫です|進めてください|そうしてください|間違いありません|問題ない|よろしくお願いします|"
          "それでいいです|はいはい|頼みます|問題なし|"
          "お願いできますか|それでよい|それで結構です|はいそれで|それで頼みます|やってください|はいどうぞ",
    "ko": "맞아요|맞습니다|맞아|확인|확인합니다|확인했습니다|그렇게해주세요|진행해주세요|네맞아요|네부탁드려요|그렇습니다|"
          "정확합니다|"
          "ㅇㅇ|ㅇㅋ|ㅇㅋㅇㅋ|넵넵|네넵|웅|맞음|맞아용|고고|ㄱㄱ|응응|네맞습니다|"
          "해줘|해줘요|해주세요|네해주세요|네그렇게해주세요|진행해줘요|진행부탁|진행부탁드려요|네진행해주세요|그렇게요",
    "ar": "صحيح|هذا صحيح|مضبوط|أؤكد|اؤكد|مؤكد|بالضبط|تابع|تفضل|نفذ|نعم من فضلك|نعم لو سمحت|أكد|"
          "ايوا|صح|اي صح|ايوه صح|زين|يلا|يب|كذا صح|اوك|نفذوا|نعم صحيح|إي نعم|اي نعم|مظبوط|"
          "سووها|سوها|اعملها|اعملوها|نعم نفذوا|نعم تفضل|نعم تفضلوا|امشي|خلاص سووها|ايه سووها|نعم أكدوا",
    "hi": "सही|सही है|बिल्कुल सही|पुष्टि करता हूँ|पुष्टि करती हूँ|कर दो|कर दें|हाँ कर दीजिए|हाँ कर दो|जी कीजिए|कन्फर्म|"
          "confirm|sahi hai|kar do|kar dijiye|"
          "haan|han|haa|hanji|haanji|sahi|कर दो भाई|kardo|kar do bhai|हां सही|जी सही है|हाँ सही है|haan ji kar do|"
          "कीजिए|करें|कर दीजिये|हाँ कीजिए|हां कर दो|हाँ करें|जी हाँ कीजिए|haan kardo|haan kar do|kijiye|kar dena",
}  # fmt: skip

_BUT = {
    "en": "if|unless|only when|as long as|provided|but|however|except|only that|although|just not",
    "de": "wenn|falls|sofern|solange|aber|jedoch|allerdings|nur dass|bloß|sondern",
    "fr": "seulement si|à condition|seulement|mais|cependant|sauf|par contre|toutefois",
    "es": "solo si|siempre que|pero|excepto|salvo|aunque|sin embargo",
    "pt": "só se|desde que|mas|porém|exceto|só que|entretanto",
    "it": "solo se|purché|ma|però|tranne|eccetto|solo che",
    "ru": "если|только если|при условии|но|однако|только не|кроме",
    "zh": "如果|除非|要是|但|但是|不过|可是|只是|除了|不過",
    "ja": "もし|なら|場合|でも|ただ|ただし|しかし|けど|けれど|ですが",
    "ko": "만약|경우|면요|하지만|그런데|근데|다만|그렇지만|지만",
    "ar": "إذا|بشرط|لكن|ولكن|بس|إلا|غير أن",
    "hi": "अगर|यदि|agar|लेकिन|मगर|पर नहीं|किन्तु|परंतु|lekin|magar",
}  # fmt: skip

_CORRECTIVE = {
    "en": "make that|wrong|incorrect|not right|not correct|other|another|different|instead|rather|meant|i mean|mean|"
          "should be|must be|mistake|wait|hold on|hang on|sorry|actually|typo|change it to|make it|correction|not that one|"
          "changed my mind|mistyped|oops",
    "zh": "错|錯|不对|不對|其他|别的|別的|改成|改为|改為|应该是|應該是|我是说|我的意思是|等等|等一下|抱歉|不好意思|写错|"
          "打错|其实|而是|搞错|另一个|另一個|换成|換成",
    "es": "mal|incorrecto|equivocado|equivocada|otro|otra|distinto|distinta|diferente|en vez|en lugar|mejor|quise decir|"
          "quería decir|debería ser|me equivoqué|espera|espere|un momento|perdón|perdona|en realidad|sino|quiero decir|"
          "error",
    "fr": "faux|fausse|incorrect|mauvais|mauvaise|autre|différent|différente|plutôt|au lieu|je voulais dire|voulais dire|"
          "devrait être|trompé|trompée|attendez|attends|pardon|désolé|désolée|en fait|erreur|c'est pas",
    "de": "falsch|nicht richtig|stimmt nicht|andere|anderer|anderes|anderen|stattdessen|lieber|meinte|ich meine|gemeint|"
          "sollte|vertippt|verschrieben|moment|warte|warten sie|halt|sorry|entschuldigung|eigentlich|doch|sondern|statt|"
          "vielmehr|nicht die|nicht der",
    "pt": "errado|errada|incorreto|outro|outra|diferente|em vez|melhor|quis dizer|queria dizer|deveria ser|me enganei|"
          "enganei-me|espera|espere|desculpe|desculpa|na verdade|aliás|errei|erro",
    "it": "sbagliato|sbagliata|errato|altro|altra|diverso|diversa|invece|piuttosto|intendevo|volevo dire|dovrebbe essere|"
          "ho sbagliato|aspetta|aspetti|un attimo|scusa|scusi|scusate|in realtà|anzi|bensì|errore",
    "ru": "неверно|неправильно|ошибка|ошибся|ошиблась|другой|другая|другое|другую|другому|вместо|лучше|я имел в виду|"
          "имел в виду|имела в виду|должно быть|должен быть|подождите|стойте|постойте|извините|на самом деле|точнее|вернее|"
          "а не|перепутал|перепутала",
    "ja": "違|ちがう|ちがいます|間違え|まちがえ|別の|ほかの|他の|じゃなくて|ではなく|ではなくて|やっぱり|やはり|代わりに|"
          "待って|すみません|ごめんなさい|実は|正しくは|の間違い",
    "ko": "틀렸|틀려|아니라|말고|다른|대신|잘못|잠깐|잠시만|죄송|미안|사실은|사실|정정|실수|제말은|차라리",
    "ar": "خطأ|خطا|غلط|غير صحيح|آخر|اخر|أخرى|اخرى|مختلف|بدلا|بدل|قصدت|أقصد|اقصد|أعني|اعني|يجب أن يكون|انتظر|لحظة|عفوا|آسف|"
          "آسفة|في الواقع|أخطأت|الثاني|مش",
    "hi": "गलत|ग़लत|दूसरा|दूसरी|दूसरे|अन्य|अलग|बजाय|बदले|मेरा मतलब|मतलब|होना चाहिए|रुकिए|रुको|माफ़|माफ|सॉरी|दरअसल|असल में|"
          "गलती|galat|doosra|dusra|matlab|ruko",
}  # fmt: skip

_ALSO = {
    "en": "also|too|as well|in addition|another thing|and then|besides",
    "de": "auch|außerdem|zusätzlich|ebenfalls|noch",
    "fr": "aussi|également|en plus|de plus",
    "es": "también|además|tambien",
    "pt": "também|além disso|tambem",
    "it": "anche|inoltre|pure",
    "ru": "также|тоже|ещё|еще|кроме того",
    "zh": "也|还|還|另外|同时|顺便|順便",
    "ja": "それと|あと|ついでに|また",
    "ko": "그리고|추가로",
    "ar": "أيضا|ايضا|كذلك|كمان|بالإضافة",
    "hi": "भी|साथ ही|और भी|bhi",
}  # fmt: skip

_ASKS = {  # how a question begins, where no mark says that it is one
    "en": "what|whats|where|wheres|when|whens|why|how|who|which|can i|can you|could i|could you|is it|is my|is there|"
          "is the|are there|are you|do you|do i|does|did you|will it|will you|would you|has my|have you|any news|may i",
    "de": "was|wo|wann|warum|wieso|weshalb|wie|wer|welche|welcher|welches|kann ich|können sie|kannst du|könnten sie|ist es|"
          "ist das|ist mein|ist meine|gibt es|haben sie|wird|werden|darf ich|wohin|woher",
    "fr": "que|quoi|où|quand|pourquoi|comment|qui|quel|quelle|quels|quelles|combien|est-ce|est ce|puis-je|peut-on|"
          "pouvez-vous|pourriez-vous|y a-t-il|avez-vous|qu'est-ce|c'est quoi|c'est quand|ou est|ou en est",
    "es": "qué|dónde|donde está|cuándo|por qué|cómo|quién|cuál|cuánto|cuánta|cuántos|puedo|puede|puedes|podría|podrían|hay|"
          "tienen|tienes|es posible|donde esta|cuando|como|cual|cuanto",
    "pt": "que|o que|onde|quando|por que|porque|como|quem|qual|quais|quanto|quanta|posso|pode|podem|poderia|há|tem|"
          "vocês têm|cadê|é possível",
    "it": "che|cosa|che cosa|dove|dov'è|quando|perché|come|chi|quale|quali|quanto|quanta|posso|può|potete|puoi|potrebbe|"
          "c'è|ci sono|avete|è possibile",
    "ru": "что|где|когда|почему|зачем|как|кто|какой|какая|какие|сколько|можно ли|могу ли|могу я|можете|есть ли|куда|откуда|"
          "а когда|а где|скажите",
    "zh": "几点|几天|啥|咋|如何|多长|"
          "什么|什麼|哪|哪里|哪儿|哪裡|何时|什么时候|几时|几号|为什么|為什麼|怎么|怎麼|怎样|多久|多少|谁|能不能|可不可以|"
          "是不是|有没有|吗|嗎|呢",
    "ja": "何|なに|どこ|いつ|なぜ|どうして|どう|どの|どれ|誰|いくら|ですか|ますか|でしょうか|ませんか|できますか|ましたか",
    "ko": "뭐|무엇|어디|언제|왜|어떻게|누가|어떤|얼마|몇|나요|까요|는가요|인가요|있나요|됐나요|됩니까|습니까|어디쯤",
    "ar": "ما|ماذا|ما هو|ما هي|أين|اين|متى|لماذا|ليش|كيف|من هو|أي|هل|كم|فين|وين|إيش|ايش|امتى|ايه",
    "hi": "क्या|कहाँ|कहां|कब|क्यों|कैसे|कौन|किस|कितना|कितने|कितनी|kya|kahan|kab|kyun|kaise|kitna",
}  # fmt: skip

_WISH = {
    "en": "i want|i wanna|i would like|id like|i need|please|can you|could you|let me|lets|help me|tell me|show me|send me|"
          "give me|check|cancel|change|return|exchange|stop|i prefer|id rather|actually",
    "de": "ich möchte|ich will|ich würde|ich hätte|ich brauche|bitte|können sie|kannst du|sagen sie|zeigen sie|"
          "schicken sie|stornieren|ändern|zurückgeben|umtauschen|kündigen|eigentlich|lieber",
    "fr": "je veux|je voudrais|j'aimerais|je souhaite|j'ai besoin|pouvez-vous|pourriez-vous|dites-moi|montrez-moi|"
          "envoyez-moi|annuler|annulez|changer|changez|retourner|échanger|plutôt|finalement",
    "es": "quiero|quisiera|me gustaría|necesito|por favor|puede|puedes|podría|dime|dígame|muéstrame|envíame|cancelar|"
          "cancela|cambiar|devolver|prefiero|mejor",
    "pt": "quero|queria|gostaria|preciso|por favor|pode|podem|poderia|me diga|diga-me|me mostre|me envie|cancelar|cancele|"
          "mudar|trocar|devolver|prefiro|melhor",
    "it": "voglio|vorrei|mi piacerebbe|ho bisogno|per favore|può|potete|potrebbe|mi dica|dimmi|mi mostri|mi mandi|"
          "annullare|annulla|cambiare|restituire|preferisco|piuttosto",
    "ru": "хочу|хотел бы|хотела бы|мне нужно|нужно|надо|пожалуйста|можете|скажите|покажите|пришлите|отмените|отменить|"
          "измените|изменить|вернуть|обменять|лучше",
    "zh": "我想|我要|我需要|想要|请|請|帮我|幫我|麻烦|麻煩|告诉我|告訴我|查一下|取消|退|换货|改一下|能不能|可以",
    "ja": "たい|ください|下さい|お願い|欲しい|ほしい|教えて|キャンセル|返品|交換|変更",
    "ko": "싶어|싶습니다|싶은|주세요|줘|해주|원해|원합니다|알려|보여|취소|반품|교환|변경|부탁",
    "ar": "أريد|اريد|أود|اود|أرغب|ارغب|أحتاج|احتاج|من فضلك|لو سمحت|ممكن|أخبرني|اخبرني|أرسل|ارسل|إلغاء|الغاء|ألغي|تغيير|"
          "إرجاع|استبدال|عايز|عايزة|عاوز|عاوزة|أبغى|ابغى|أبي|بدي",
    "hi": "चाहता|चाहती|चाहते|चाहिए|कृपया|बताइए|बताएं|बताओ|दिखाइए|भेजिए|कर दीजिए|कर दें|रद्द|बदल|वापस|chahta|chahiye|batao|"
          "bataiye",
}  # fmt: skip

_THANKS = {
    "en": "thanks|thank you|thx|ty|cheers|many thanks|thank u|tysm|"
          "thanks a lot|thank you so much|thanks so much|thank you very much|much appreciated|bless you",
    "de": "danke|dankeschön|danke schön|vielen dank|merci|besten dank|danke dir|danke ihnen|danke euch|vielen dank ihnen|ich danke",
    "fr": "merci|merci beaucoup|mille mercis|merci à vous|merci à toi|merci bien|merci d'avance",
    "es": "gracias|muchas gracias|mil gracias|gracias a ustedes|gracias a vosotros|se lo agradezco|te lo agradezco",
    "pt": "obrigado|obrigada|valeu|brigado|brigada|muito obrigado|muito obrigada|obrigado viu|obrigada viu|agradeço",
    "it": "grazie|grazie mille|ti ringrazio|la ringrazio|"
          "grazie a lei|grazie a voi|molto gentile|gentilissimo|gentilissima|gentilissimi",
    "ru": "спасибо|благодарю|спс|спасибо большое|спасибо вам|спасибо вам большое|большое спасибо|благодарю вас",
    "zh": "谢谢|謝謝|多谢|感谢|感謝|谢了|谢谢您|谢谢你|谢谢啊|谢谢啦|谢啦|谢谢哈|多谢了|辛苦了",
    "ja": "ありがとう|ありがとうございます|ありがとうございました|感謝|どうも|助かりました|助かります|恐れ入ります",
    "ko": "감사합니다|감사해요|고마워요|고맙습니다|감사|고마워|고맙습니당|감사드립니다|감사드려요",
    "ar": "شكرا|شكرا لك|شكرا جزيلا|أشكرك|متشكر|مشكور|جزيلا|يسلمو|"
          "تسلم|تسلمي|تسلموا|يعطيك العافية|الله يعطيك العافية|مشكورين|تسلم إيدك",
    "hi": "धन्यवाद|शुक्रिया|थैंक्स|थैंक यू|dhanyavad|shukriya|बहुत धन्यवाद|बहुत शुक्रिया|मेहरबानी",
}  # fmt: skip

_NOTED = {  # an answer that neither asks for more nor agrees to anything new
    "en": "ok|okay|okey|great|fine|perfect|good|alright|all right|cool|super|awesome|wonderful|excellent|nice|got it|k",
    "de": "ok|okay|gut|super|prima|perfekt|alles klar|in ordnung|sehr gut|toll|wunderbar|bestens|klasse|passt|ist gut",
    "fr": "ok|d'accord|parfait|très bien|super|bien|entendu|génial|ça marche|nickel",
    "es": "ok|vale|perfecto|bien|muy bien|genial|de acuerdo|bueno|estupendo|listo|okey",
    "pt": "ok|certo|perfeito|ótimo|muito bem|tá bom|está bem|beleza|legal|combinado|maravilha",
    "it": "ok|okay|va bene|perfetto|bene|benissimo|ottimo|d'accordo|grande|tutto ok",
    "ru": "ок|окей|хорошо|отлично|понятно|ладно|прекрасно|супер|ясно|понял|поняла",
    "zh": "好|好的|好吧|行|ok|明白|明白了|知道了|收到|了解|太好了|可以",
    "ja": "わかりました|分かりました|了解|了解です|承知しました|オーケー|よかった|よかったです",
    "ko": "알겠습니다|알겠어요|좋아요|좋습니다|오케이|네알겠습니다|그렇군요|다행이네요",
    "ar": "تمام|حسنا|ممتاز|طيب|ماشي|جيد|رائع|أوكي|اوكي|عظيم",
    "hi": "ठीक है|ठीक|अच्छा|बढ़िया|ओके|समझ गया|समझ गई|theek hai|accha",
}  # fmt: skip

_NO_MORE = {
    "en": "that's all|thats all|that is all|that was all|that's it|thats it|nothing else|nothing more|nothing|all good|"
          "im good|im fine|no thats all|all set|bye|goodbye|see you|thats everything|that will be all|have a nice day|"
          "have a good day",
    "de": "das war alles|das wars|das war's|das ist alles|nichts mehr|sonst nichts|nichts weiter|nichts|tschüss|"
          "auf wiedersehen|mehr nicht|alles gut|keine fragen mehr|schönen tag|schönen tag noch|das wäre alles",
    "fr": "c'est tout|ce sera tout|rien d'autre|rien|plus rien|au revoir|bonne journée|tout est bon|c'est bon|"
          "non c'est tout|à bientôt",
    "es": "eso es todo|es todo|nada más|nada mas|nada|adiós|hasta luego|todo bien|buen día|eso sería todo|con eso basta|"
          "está todo",
    "pt": "é tudo|isso é tudo|só isso|é só|é só isso|nada mais|mais nada|nada|tchau|adeus|tudo certo|até logo|"
          "por enquanto é só",
    "it": "è tutto|questo è tutto|nient'altro|niente|basta così|a posto|tutto a posto|arrivederci|ciao|buona giornata|"
          "nulla|è tutto grazie",
    "ru": "это все|это всё|все|всё|больше ничего|ничего|ничего больше|до свидания|пока|всего доброго|нет это все|"
          "вопросов нет|больше нет",
    "zh": "没有了|没了|没有|沒有了|沒有|没别的|没有别的|没事了|没什么了|就这些|就这样|再见|拜拜|不用了|没有其他|没其他了|"
          "暂时没有|没问题了",
    "ja": "以上です|以上|特にありません|ありません|特にないです|ないです|もうありません|もう大丈夫です|大丈夫です|結構です|"
          "それだけです|それで全部です|さようなら|他にはありません|特になし|ほかにはありません",
    "ko": "없어요|없습니다|없음|이제없어요|더없어요|더없습니다|다됐어요|다됐습니다|괜찮아요|괜찮습니다|됐어요|됐습니다|"
          "그게다예요|그게다입니다|안녕히계세요|이상입니다|아니요없어요",
    "ar": "هذا كل شيء|هذا كل شي|لا شيء|لا شيء آخر|لا شي|لا يوجد|كل شيء|مع السلامة|بس|فقط|وداعا|خلاص|لا هذا كل شيء|"
          "إلى اللقاء",
    "hi": "बस|बस इतना ही|इतना ही|और कुछ नहीं|कुछ नहीं|नहीं बस|अलविदा|फिर मिलेंगे|bas|bas itna hi|aur kuch nahi|kuch nahi|"
          "सब ठीक है",
}  # fmt: skip

_INSTEAD = {  # another wish in place of this one
    "en": "instead|rather|actually|changed my mind|better",
    "de": "stattdessen|lieber|doch lieber|eigentlich|anders überlegt|besser",
    "fr": "plutôt|finalement|à la place|en fait|changé d'avis",
    "es": "mejor|en vez|en lugar|en realidad|prefiero|cambiado de opinión",
    "pt": "em vez|melhor|na verdade|prefiro|mudei de ideia",
    "it": "invece|piuttosto|anzi|meglio|in realtà|cambiato idea",
    "ru": "лучше|вместо|на самом деле|передумал|передумала",
    "zh": "还是|改为|换成|其实|改主意|算了",
    "ja": "やっぱり|やはり|代わりに|それより",
    "ko": "대신|차라리|그냥|사실은",
    "ar": "بدلا|الأفضل|في الواقع|غيرت رأيي|أفضل",
    "hi": "बजाय|बदले|असल में|बल्कि|मन बदल",
}  # fmt: skip

_INQUIRY = {  # question words that mean one also within a sentence ("tell me where it is")
    "en": "where|when|whether|how long|how much",
    "de": "wo|wann|ob|wie lange|wie viel|wieviel",
    "fr": "où|quand|combien",
    "es": "dónde|cuándo|cuánto|donde esta|donde está",
    "pt": "onde|quando|quanto",
    "it": "dove|quando|quanto",
    "ru": "где|когда|сколько|куда",
    "zh": "哪里|哪儿|什么时候|何时|多久|多少",
    "ja": "どこ|いつ|いくら|どのくらい",
    "ko": "어디|언제|얼마",
    "ar": "أين|اين|متى|كم|وين|فين",
    "hi": "कहाँ|कहां|कब|कितना|kahan|kab",
}  # fmt: skip

_HUMS = {  # what people say before they say something
    "en": "hmm|hm|oh|ah|um|uh|well|ok|okay|oops|right|so|and|just",
    "de": "hmm|hm|ach|äh|also|na|ok|oh|und|ups",
    "fr": "hmm|euh|ah|bon|alors|oh|ok|et|ben",
    "es": "hmm|eh|bueno|pues|ah|ok|oh|y|uy",
    "pt": "hmm|eh|bom|então|ah|ok|oh|e|ops",
    "it": "hmm|eh|beh|allora|ah|ok|oh|e|ops",
    "ru": "хм|ну|а|ой|так|ок|и|э",
    "zh": "嗯|哦|啊|呃|那|那个|额",
    "ja": "えっと|えーと|あの|あ|ああ|うーん|では|じゃあ",
    "ko": "음|아|어|저기|그럼|네",
    "ar": "يعني|طيب|آه|اه|حسنا|و",
    "hi": "अरे|अच्छा|हम्म|तो|ओह|उम",
}  # fmt: skip

_PATIENCE = {  # the customer will answer in a moment
    "en": "one sec|one second|one moment|a moment|just a moment|just a sec|give me a second|give me a minute|give me a sec|"
          "let me check|let me look|let me see|let me find|ill check|ill look|i will check|need to find|have to look|"
          "hold on|hang on|brb|one minute|wait a moment",
    "de": "einen moment|moment|sekunde|kleinen moment|augenblick|ich schaue nach|ich schau nach|ich sehe nach|"
          "muss nachsehen|muss ich suchen|ich suche|gleich",
    "fr": "un instant|un moment|une seconde|une minute|je regarde|je vérifie|je cherche|attendez",
    "es": "un momento|un segundo|un minuto|déjame ver|déjame mirar|déjeme ver|voy a mirar|voy a buscar|lo busco|espera|"
          "espere",
    "pt": "um momento|um segundo|um minuto|só um momento|deixa eu ver|deixe-me ver|vou ver|vou procurar|já vejo|espera|"
          "espere",
    "it": "un momento|un attimo|un secondo|un minuto|controllo|fammi vedere|mi faccia controllare|lo cerco|aspetta|aspetti",
    "ru": "минутку|секунду|одну минуту|сейчас посмотрю|сейчас найду|сейчас|подождите|погодите|щас",
    "zh": "等一下|稍等|等等|我找找|我看看|我查一下|马上|一会儿",
    "ja": "少々お待ち|ちょっと待って|待ってください|確認します|探します|調べます|お待ちください",
    "ko": "잠시만|잠깐만|찾아볼게|확인해볼게|확인해 보|기다려",
    "ar": "لحظة|دقيقة|ثانية|انتظر|سأبحث|سأتحقق|خليني أشوف",
    "hi": "एक मिनट|एक सेकंड|रुकिए|रुको|देखता हूँ|देखती हूँ|ढूँढता|ek minute|ruko",
}  # fmt: skip

_OTHER = {  # not the one that was spoken of
    "en": "another|other|different|second|a new one",
    "de": "andere|anderer|anderes|anderen|andrer|zweite|zweiten|weitere|weiteren",
    "fr": "autre|autres|différente|deuxième",
    "es": "otro|otra|otros|otras|distinto|distinta|segundo|segunda",
    "pt": "outro|outra|outros|diferente|segundo|segunda",
    "it": "altro|altra|un altro|un'altra|diverso|diversa|secondo|seconda",
    "ru": "другой|другая|другого|другом|другому|другую|ещё один|еще один|второй|вторая",
    "zh": "另一|另外一|别的|其他|另一个|第二",
    "ja": "別の|他の|ほかの|もう一つ|もうひとつ|二つ目",
    "ko": "다른|또다른|두번째|하나더",
    "ar": "آخر|اخر|أخرى|اخرى|ثاني|الثاني|ثانية",
    "hi": "दूसरा|दूसरी|दूसरे|अन्य|अलग|dusra|doosra",
}  # fmt: skip

_GROUNDS = {  # ways out that also say why something is sent back
    "en": "changed my mind|i changed my mind|ive changed my mind|i have changed my mind|no longer needed|not anymore|"
          "dont need it anymore",
    "de": "ich habe es mir anders überlegt|habs mir anders überlegt|nicht mehr nötig|brauche ich nicht mehr|anders überlegt",
    "fr": "j'ai changé d'avis|changé d'avis|je n'en ai plus besoin|plus besoin",
    "es": "he cambiado de opinión|cambié de opinión|he cambiado de idea|cambié de idea|ya no lo necesito|ya no lo quiero|"
          "ya no",
    "pt": "mudei de ideia|mudei de ideias|não preciso mais|já não preciso|não quero mais|já não quero",
    "it": "ho cambiato idea|cambiato idea|non mi serve più|non serve più|non lo voglio più",
    "ru": "я передумал|я передумала|передумал|передумала|больше не нужно|уже не нужно|больше не надо|уже не надо",
    "zh": "我改主意了|改主意了|不需要了|不想要了|不要了|改变主意了",
    "ja": "気が変わりました|気が変わった|必要なくなりました|いらなくなりました|不要になりました",
    "ko": "마음이바뀌었어요|마음이바뀌었습니다|생각이바뀌었어요|변심|단순변심|필요없어졌어요|필요없어요",
    "ar": "غيرت رأيي|لم أعد أحتاج|لم أعد أريد|لم أعد أحتاجه|لم أعد أريده|بطلت",
    "hi": "मन बदल गया|मैंने मन बदल लिया|मेरा मन बदल गया|अब नहीं चाहिए|अब ज़रूरत नहीं",
}  # fmt: skip

_KEEP = {  # it shall stay as it is
    "en": "keep|leave|stay|as it is|let it be",
    "de": "behalten|behalte|lassen|lass|bleiben|bleibt",
    "fr": "garder|garde|laisser|laisse|laissez|rester",
    "es": "quedarme|quedármelo|quedo|dejar|dejo|deja|déjalo|dejarlo",
    "pt": "ficar|fico|deixa|deixe|deixar|manter",
    "it": "tenere|tengo|tenerlo|lascia|lasci|lasciare|resta",
    "ru": "оставить|оставлю|оставьте|оставь|пусть",
    "zh": "留着|留下|保留|不动|不变|算了",
    "ja": "そのまま|このまま|残し|やめ|結構|いい",
    "ko": "그냥|그대로|둘게|두세요|놔",
    "ar": "أحتفظ|احتفظ|اترك|أترك|اتركه|خليه|خليها|كما هو",
    "hi": "रख|रखना|रखूँगा|रखूंगा|रहने|वैसे ही|rehne",
}  # fmt: skip

_KEEPS = {  # the same, said so plainly that it is a no to whatever was to be done
    "en": "keep it|keep them|i'll keep|i will keep|keep the order|leave it|let it be|as it is|don't bother|"
          "leave things|stay as it is|leave everything",
    "de": "behalte|behalten|lass es|lassen sie es|so lassen|"
          "wie es ist|bleibt alles|alles beim alten|bleibt so|lassen sie mal|lass mal|lassen sie alles",
    "fr": "garde|garder|laissez tomber|je la garde|je le garde|laissez comme|laisse comme|laissez tout|comme c'est|reste comme",
    "es": "me lo quedo|me la quedo|me los quedo|me las quedo|quedármelo|quedármela|quedarme|déjalo así|déjelo así|"
          "como está|como estaba|déjenlo así|dejadlo así|que se quede|se queda así",
    "pt": "fico com|ficar com|vou ficar|manter|mantenha|deixa assim|deixe assim|"
          "como está|deixa estar|deixe estar|deixem assim|deixa como|fica assim",
    "it": "lo tengo|la tengo|li tengo|le tengo|tenerlo|tenerla|lascia così|lasci così|lasciate così|"
          "com'è|come sta|lascia stare|lasci stare|lasciate stare|come stanno",
    "ru": "оставлю|пусть остаётся|пусть остается|оставлю себе|оставьте как есть|оставим|"
          "как есть|ничего не меняйте|всё как было|все как было",
    "zh": "留着|保留|不取消了|不退了|不改了|不换了|保持原样|原样|维持原样|不用改|不用取消|不用退|不用换",
    "ja": "そのまま|このまま|やめておき|やめときます|取り消さない|変えなくて|変更しなくて|元のまま|今のまま",
    "ko": "그냥둘|그대로둘|그대로 둘|그냥 놔|그냥 쓸|그냥쓸|그대로|바꾸지 않|취소 안",
    "ar": "أحتفظ|سأحتفظ|بحتفظ|خليه|خليها|اتركه|اتركوه|كما هو|زي ما هو|مثل ما هو|خلوه|خلوها|خليها زي",
    "hi": "रख लेता|रख लेती|रख लूँगा|रख लूंगा|रख लूँगी|रहने दो|रहने दीजिए|rehne do|rakh leta|rakh lunga|"
          "जैसा है|जैसे है|छोड़ दीजिए|छोड़ दो",
}  # fmt: skip

_CALLS = {  # a yes where a call is offered (`waiting_room.answer_words`), and a wish of its own where something else is asked
    "en": "call me|call me back|please call",
    "zh": "打给我|回电|请回电|请打电话|給我回電|給我打電話|给我回电|给我打电话",
    "es": "llámame|llamame|llámenme|llamenme|llámeme|llameme",
    "fr": "rappelez-moi|rappelez moi|appelez-moi|appelez moi",
    "de": "rufen sie mich an|rufen sie an|ruf mich an|bitte anrufen|rückruf|bitte um rückruf",
    "pt": "me liga|me ligue|me liguem|pode ligar|podem ligar|liguem-me|ligue-me",
    "it": "richiamatemi|chiamatemi|mi richiami|mi chiami",
    "ru": "перезвоните|перезвоните мне|позвоните|позвоните мне",
    "ja": "折り返しお願いします|電話ください|電話してください",
    "ko": "전화주세요|전화해주세요|전화부탁드립니다",
    "ar": "اتصلوا بي|اتصل بي",
    "hi": "कॉल करें|कॉल कीजिए|कॉल कर दीजिए|फ़ोन करें|फोन करें",
}  # fmt: skip

_ADDS = {  # more is to go with what was said
    "en": "and|also|plus|add|and also|and add|please add|and please add|put|include|along with",
    "de": "und|auch|noch|dazu|außerdem|plus|ergänzen sie|ergänze|fügen sie|zusätzlich|schreiben sie|schreib|dazu noch",
    "fr": "et|aussi|également|plus|ajoutez|ajoute|rajoutez|rajoute|ajouter|précisez|mettez|et aussi",
    "es": "y|e|también|además|añade|añada|añadan|añadid|agrega|agregue|agreguen|pon|ponga|pongan|más",
    "pt": "e|também|além disso|mais|acrescenta|acrescente|acrescentem|adiciona|adicione|coloca|coloque|ponha|junta",
    "it": "e|anche|inoltre|più|aggiunga|aggiungi|aggiungete|metta|metti|mettete",
    "ru": "и|также|ещё|еще|плюс|добавьте|добавь|допишите|допиши|укажите|и ещё|и еще",
    "zh": "还有|另外|再|加上|加|补充|还要|也|还|補充|還有|麻烦加|帮我加|请加",
    "ja": "あと|それと|それから|また|追加|加えて|ついでに",
    "ko": "그리고|또|추가|덧붙여|거기에",
    "ar": "و|وأيضا|أيضا|كمان|وكمان|بالإضافة|أضف|أضيفوا|ضيف|ضيفوا|زيد|زيدوا|حط|حطوا",
    "hi": "और|भी|साथ में|साथ ही|जोड़|जोड़ दीजिए|aur|saath me",
}  # fmt: skip

_ONLY = {  # no more than a part of what was asked
    "en": "only|just|solely|nothing but|except|apart from|without|half|part of it",
    "de": "nur|bloß|lediglich|außer|ohne|ausgenommen|die hälfte",
    "fr": "seulement|uniquement|juste|sauf|sans|rien que|hormis|la moitié",
    "es": "solo|solamente|únicamente|nada más que|excepto|menos|salvo|sin|la mitad",
    "pt": "só|somente|apenas|exceto|menos|salvo|sem|metade",
    "it": "solo|soltanto|solamente|unicamente|tranne|eccetto|senza|meno|metà",
    "ru": "только|лишь|кроме|без|половину",
    "zh": "只|仅|僅|除了|除开|单独|光是|不包括|一半",
    "ja": "だけ|のみ|以外|抜き|除いて|半分",
    "ko": "빼고|제외|나머지는|오직|절반",
    "ar": "فقط|بس|إلا|ما عدا|عدا|بدون|من غير|نصف",
    "hi": "सिर्फ|सिर्फ़|केवल|बस|के अलावा|के बिना|छोड़कर|आधा|sirf|keval|bas",
}  # fmt: skip

_DEFERS = {  # a yes that is none yet
    "en": "think about|think it over|let me think|ask my|check with|not yet|maybe|later|tomorrow|first",
    "de": "überlege|überlegen|nachdenken|noch nicht|vielleicht|später|morgen|erst mal|erstmal|frage erst|muss erst",
    "fr": "réfléchir|réfléchis|pas encore|peut-être|plus tard|demain|d'abord|je demande",
    "es": "pensar|pensarlo|lo pienso|pensaré|todavía no|aún no|quizás|quizá|tal vez|más tarde|mañana|primero|luego",
    "pt": "pensar|vou pensar|ainda não|talvez|mais tarde|amanhã|primeiro|depois",
    "it": "pensarci|ci penso|penserò|non ancora|forse|più tardi|domani|prima",
    "ru": "подумаю|подумать|ещё не|еще не|пока не|может быть|наверное|позже|потом|завтра|сначала|спрошу",
    "zh": "考虑|想想|再说|还没|也许|可能|晚点|明天|先问|先看|先等",
    "ja": "考え|検討|まだ|たぶん|かも|あとで|後で|明日|先に|相談",
    "ko": "생각해|고민|아직|아마|나중에|내일|먼저|물어보고",
    "ar": "أفكر|افكر|ليس بعد|لسه|ربما|يمكن|لاحقا|بعدين|بكرة|غدا|أولا|أسأل",
    "hi": "सोच|अभी नहीं|शायद|बाद में|कल|पहले|पूछ",
}  # fmt: skip

TABLES: Mapping[str, Mapping[str, str]] = {
    "but": _BUT, "corrective": _CORRECTIVE, "also": _ALSO, "asks": _ASKS, "wish": _WISH, "thanks": _THANKS, "noted": _NOTED,
    "no_more": _NO_MORE,
    "other": _OTHER, "instead": _INSTEAD, "inquiry": _INQUIRY, "hums": _HUMS, "patience": _PATIENCE, "keep": _KEEP,
    "grounds": _GROUNDS, "calls": _CALLS, "keeps": _KEEPS, "adds": _ADDS, "defers": _DEFERS, "only": _ONLY,
}  # fmt: skip

ASKS_ANYWHERE = frozenset({"zh", "ja", "ko", "hi"})
"""Languages whose question words do not come first."""
