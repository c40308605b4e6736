"""Words that a customer should not be sent. Small on purpose: what is wrong in tone beyond these, the model hears."""

from __future__ import annotations

import re

_INSULTS = {
    "en": "idiot idiots stupid moron dumb imbecile fool shut\\ up screw\\ you fuck fucking shit bullshit asshole bitch",
    "de": "idiot dumm blöd trottel schwachkopf arschloch scheiße scheiss halt\\ die\\ klappe depp verdammt",
    "fr": "idiot idiote imbécile crétin connard connasse merde ta\\ gueule stupide débile",
    "es": "idiota estúpido estúpida imbécil tonto mierda gilipollas cállate cabrón",
    "pt": "idiota estúpido estúpida imbecil burro merda cale\\ a\\ boca otário",
    "it": "idiota stupido stupida imbecille cretino stronzo merda stai\\ zitto scemo",
    "ru": "идиот идиотка дурак дура тупой тупая кретин заткнись дебил сволочь",
    "ar": "غبي غبية أحمق حمقاء اخرس تافه",
    "hi": "बेवकूफ मूर्ख गधा चुप\\ रहो कमीना",
}  # fmt: skip
_UNSPACED = (
    "白痴", "蠢货", "傻逼", "笨蛋", "滚蛋", "闭嘴", "神经病", "馬鹿野郎", "バカ", "アホ", "黙れ", "くそ",
    "멍청이", "바보", "닥쳐", "꺼져", "병신",
)  # fmt: skip
_ALL = sorted({word for words in _INSULTS.values() for word in re.split(r"(?<!\\) ", words)}, key=len, reverse=True)
INSULT = re.compile(rf"(?<!\w)(?:{'|'.join(_ALL)})(?!\w)|{'|'.join(_UNSPACED)}", re.IGNORECASE)

_NAMES = (
    r"pass\s?words?|passwd|pwd|pass\s?code|pin(?:\s?code)?|kenn\s?wort|pass\s?wort|geheimzahl|mot\s+de\s+passe|contraseña|senha|parola|"
    r"пароль|пин-?код|密码|密碼|口令|パスワード|暗証番号|비밀번호|كلمة\s+(?:المرور|السر)|पासवर्ड"
)
_IS = (
    r"(?:\s*(?:is|was|lautet|ist|war|est|es|é|è|은|는|は|是|为|為|है|هي|هو)(?=\W|[A-Za-z0-9])\s*[:：]?|\s*[:：=]|\s+(?=\S*\d)(?=\S*[^\W\d_]))"
)
SECRET = re.compile(rf"(?<!\w)(?:{_NAMES}){_IS}\s*[\"'“„«「]?(?P<value>[^\s\"'”“»」,，。]{{4,64}})", re.IGNORECASE)
"""A password and its value. A value is taken for one where `is_secret` says so."""


def is_secret(value: str) -> bool:
    """Whether what follows "password:" may be one: digits or signs in it, not a plain word ("password: reset it here")."""
    plain = value.rstrip(".!?;:")
    return len(plain) >= 4 and any(c.isdigit() or not c.isalnum() for c in plain) and "://" not in plain
