"""Countries, their zones and their telephone codes. Facts, gathered into tables.

Zones: of the IANA database's zones of each country, one for every way its clocks go (2025-2028). Shares: roughly what part of the
people live there, from general knowledge; they only break ties until a customer's own hours decide."""

from __future__ import annotations

from collections.abc import Mapping

_SINGLE = """
AD Europe/Andorra; AE Asia/Dubai; AF Asia/Kabul; AG America/Antigua; AI America/Anguilla; AL Europe/Tirane; AM Asia/Yerevan; AO
Africa/Luanda; AR America/Argentina/Buenos_Aires; AS Pacific/Pago_Pago; AT Europe/Vienna; AW America/Aruba; AX Europe/Mariehamn;
AZ Asia/Baku; BA Europe/Sarajevo; BB America/Barbados; BD Asia/Dhaka; BE Europe/Brussels; BF Africa/Ouagadougou; BG Europe/Sofia;
BH Asia/Bahrain; BI Africa/Bujumbura; BJ Africa/Porto-Novo; BL America/St_Barthelemy; BM Atlantic/Bermuda; BN Asia/Brunei; BO
America/La_Paz; BQ America/Kralendijk; BS America/Nassau; BT Asia/Thimphu; BW Africa/Gaborone; BY Europe/Minsk; BZ America/Belize;
CC Indian/Cocos; CF Africa/Bangui; CG Africa/Brazzaville; CH Europe/Zurich; CI Africa/Abidjan; CK Pacific/Rarotonga; CM
Africa/Douala; CO America/Bogota; CR America/Costa_Rica; CU America/Havana; CV Atlantic/Cape_Verde; CW America/Curacao; CX
Indian/Christmas; CY Asia/Nicosia; CZ Europe/Prague; DE Europe/Berlin; DJ Africa/Djibouti; DK Europe/Copenhagen; DM
America/Dominica; DO America/Santo_Domingo; DZ Africa/Algiers; EE Europe/Tallinn; EG Africa/Cairo; EH Africa/El_Aaiun; ER
Africa/Asmara; ET Africa/Addis_Ababa; FI Europe/Helsinki; FJ Pacific/Fiji; FK Atlantic/Stanley; FO Atlantic/Faroe; FR
Europe/Paris; GA Africa/Libreville; GB Europe/London; GD America/Grenada; GE Asia/Tbilisi; GF America/Cayenne; GG Europe/Guernsey;
GH Africa/Accra; GI Europe/Gibraltar; GM Africa/Banjul; GN Africa/Conakry; GP America/Guadeloupe; GQ Africa/Malabo; GR
Europe/Athens; GS Atlantic/South_Georgia; GT America/Guatemala; GU Pacific/Guam; GW Africa/Bissau; GY America/Guyana; HK
Asia/Hong_Kong; HN America/Tegucigalpa; HR Europe/Zagreb; HT America/Port-au-Prince; HU Europe/Budapest; IE Europe/Dublin; IL
Asia/Jerusalem; IM Europe/Isle_of_Man; IN Asia/Kolkata; IO Indian/Chagos; IQ Asia/Baghdad; IR Asia/Tehran; IS Atlantic/Reykjavik;
IT Europe/Rome; JE Europe/Jersey; JM America/Jamaica; JO Asia/Amman; JP Asia/Tokyo; KE Africa/Nairobi; KG Asia/Bishkek; KH
Asia/Phnom_Penh; KM Indian/Comoro; KN America/St_Kitts; KP Asia/Pyongyang; KR Asia/Seoul; KW Asia/Kuwait; KY America/Cayman; KZ
Asia/Almaty; LA Asia/Vientiane; LB Asia/Beirut; LC America/St_Lucia; LI Europe/Vaduz; LK Asia/Colombo; LR Africa/Monrovia; LS
Africa/Maseru; LT Europe/Vilnius; LU Europe/Luxembourg; LV Europe/Riga; LY Africa/Tripoli; MA Africa/Casablanca; MC Europe/Monaco;
MD Europe/Chisinau; ME Europe/Podgorica; MF America/Marigot; MG Indian/Antananarivo; MH Pacific/Majuro; MK Europe/Skopje; ML
Africa/Bamako; MM Asia/Yangon; MO Asia/Macau; MP Pacific/Saipan; MQ America/Martinique; MR Africa/Nouakchott; MS
America/Montserrat; MT Europe/Malta; MU Indian/Mauritius; MV Indian/Maldives; MW Africa/Blantyre; MY Asia/Kuala_Lumpur; MZ
Africa/Maputo; NA Africa/Windhoek; NC Pacific/Noumea; NE Africa/Niamey; NF Pacific/Norfolk; NG Africa/Lagos; NI America/Managua;
NL Europe/Amsterdam; NO Europe/Oslo; NP Asia/Kathmandu; NR Pacific/Nauru; NU Pacific/Niue; OM Asia/Muscat; PA America/Panama; PE
America/Lima; PH Asia/Manila; PK Asia/Karachi; PL Europe/Warsaw; PM America/Miquelon; PN Pacific/Pitcairn; PR America/Puerto_Rico;
PS Asia/Gaza; PW Pacific/Palau; PY America/Asuncion; QA Asia/Qatar; RE Indian/Reunion; RO Europe/Bucharest; RS Europe/Belgrade; RW
Africa/Kigali; SA Asia/Riyadh; SB Pacific/Guadalcanal; SC Indian/Mahe; SD Africa/Khartoum; SE Europe/Stockholm; SG Asia/Singapore;
SH Atlantic/St_Helena; SI Europe/Ljubljana; SJ Arctic/Longyearbyen; SK Europe/Bratislava; SL Africa/Freetown; SM
Europe/San_Marino; SN Africa/Dakar; SO Africa/Mogadishu; SR America/Paramaribo; SS Africa/Juba; ST Africa/Sao_Tome; SV
America/El_Salvador; SX America/Lower_Princes; SY Asia/Damascus; SZ Africa/Mbabane; TC America/Grand_Turk; TD Africa/Ndjamena; TF
Indian/Kerguelen; TG Africa/Lome; TH Asia/Bangkok; TJ Asia/Dushanbe; TK Pacific/Fakaofo; TL Asia/Dili; TM Asia/Ashgabat; TN
Africa/Tunis; TO Pacific/Tongatapu; TR Europe/Istanbul; TT America/Port_of_Spain; TV Pacific/Funafuti; TW Asia/Taipei; TZ
Africa/Dar_es_Salaam; UA Europe/Kyiv; UG Africa/Kampala; UY America/Montevideo; UZ Asia/Tashkent; VA Europe/Vatican; VC
America/St_Vincent; VE America/Caracas; VG America/Tortola; VI America/St_Thomas; VN Asia/Ho_Chi_Minh; VU Pacific/Efate; WF
Pacific/Wallis; WS Pacific/Apia; XK Europe/Belgrade; YE Asia/Aden; YT Indian/Mayotte; ZA Africa/Johannesburg; ZM Africa/Lusaka; ZW
Africa/Harare
"""

_MANY = """
AU Australia/Sydney 58, Australia/Brisbane 20, Australia/Perth 11, Australia/Adelaide 7, Australia/Darwin 1,
  Australia/Lord_Howe 0.01;
BR America/Sao_Paulo 92, America/Manaus 7, America/Rio_Branco 0.5, America/Noronha 0.01;
CA America/Toronto 60, America/Vancouver 14, America/Edmonton 12, America/Halifax 6, America/Winnipeg 4, America/Regina 3,
  America/St_Johns 1;
CD Africa/Kinshasa 55, Africa/Lubumbashi 45;
CL America/Santiago 98, America/Punta_Arenas 1.5, Pacific/Easter 0.05;
CN Asia/Shanghai 99, Asia/Urumqi 1;
EC America/Guayaquil 99.8, Pacific/Galapagos 0.2;
ES Europe/Madrid 95.5, Atlantic/Canary 4.5;
FM Pacific/Pohnpei 40, Pacific/Chuuk 60;
GL America/Nuuk 97, America/Thule 1;
ID Asia/Jakarta 80, Asia/Makassar 17, Asia/Jayapura 3;
KI Pacific/Tarawa 90, Pacific/Kiritimati 10;
MN Asia/Ulaanbaatar 93, Asia/Hovd 7;
MX America/Mexico_City 85, America/Hermosillo 6, America/Tijuana 3, America/Matamoros 2, America/Cancun 1.5,
  America/Ciudad_Juarez 1.5;
NZ Pacific/Auckland 99.9, Pacific/Chatham 0.01;
PF Pacific/Tahiti 96, Pacific/Marquesas 3, Pacific/Gambier 0.5;
PG Pacific/Port_Moresby 96, Pacific/Bougainville 4;
PT Europe/Lisbon 97.5, Atlantic/Azores 2.5;
RU Europe/Moscow 64, Asia/Yekaterinburg 15, Asia/Novosibirsk 8, Europe/Samara 6, Asia/Irkutsk 2, Asia/Vladivostok 2,
  Asia/Yakutsk 1.4, Asia/Omsk 1.3, Europe/Kaliningrad 0.7, Asia/Magadan 0.5, Asia/Kamchatka 0.3;
US America/New_York 48, America/Chicago 29, America/Los_Angeles 15, America/Denver 5, America/Phoenix 2, Pacific/Honolulu
  0.4, America/Anchorage 0.2
"""

_DIALLING = """
1 US CA; 1242 BS; 1246 BB; 1264 AI; 1268 AG; 1284 VG; 1340 VI; 1345 KY; 1441 BM; 1473 GD; 1649 TC; 1658 JM; 1664 MS; 1670 MP; 1671
GU; 1684 AS; 1721 SX; 1758 LC; 1767 DM; 1784 VC; 1787 PR; 1809 DO; 1829 DO; 1849 DO; 1868 TT; 1869 KN; 1876 JM; 1939 PR; 20 EG;
211 SS; 212 MA; 213 DZ; 216 TN; 218 LY; 220 GM; 221 SN; 222 MR; 223 ML; 224 GN; 225 CI; 226 BF; 227 NE; 228 TG; 229 BJ; 230 MU;
231 LR; 232 SL; 233 GH; 234 NG; 235 TD; 236 CF; 237 CM; 238 CV; 239 ST; 240 GQ; 241 GA; 242 CG; 243 CD; 244 AO; 245 GW; 246 IO;
247 SH; 248 SC; 249 SD; 250 RW; 251 ET; 252 SO; 253 DJ; 254 KE; 255 TZ; 256 UG; 257 BI; 258 MZ; 260 ZM; 261 MG; 262 RE YT; 263 ZW;
264 NA; 265 MW; 266 LS; 267 BW; 268 SZ; 269 KM; 27 ZA; 290 SH; 291 ER; 297 AW; 298 FO; 299 GL; 30 GR; 31 NL; 32 BE; 33 FR; 34 ES;
350 GI; 351 PT; 352 LU; 353 IE; 354 IS; 355 AL; 356 MT; 357 CY; 358 FI; 359 BG; 36 HU; 370 LT; 371 LV; 372 EE; 373 MD; 374 AM; 375
BY; 376 AD; 377 MC; 378 SM; 379 VA; 380 UA; 381 RS; 382 ME; 383 XK; 385 HR; 386 SI; 387 BA; 389 MK; 39 IT; 40 RO; 41 CH; 420 CZ;
421 SK; 423 LI; 43 AT; 44 GB; 45 DK; 46 SE; 47 NO; 48 PL; 49 DE; 500 FK; 501 BZ; 502 GT; 503 SV; 504 HN; 505 NI; 506 CR; 507 PA;
508 PM; 509 HT; 51 PE; 52 MX; 53 CU; 54 AR; 55 BR; 56 CL; 57 CO; 58 VE; 590 GP; 591 BO; 592 GY; 593 EC; 594 GF; 595 PY; 596 MQ;
597 SR; 598 UY; 599 CW BQ; 60 MY; 61 AU; 62 ID; 63 PH; 64 NZ; 65 SG; 66 TH; 670 TL; 672 NF; 673 BN; 674 NR; 675 PG; 676 TO; 677
SB; 678 VU; 679 FJ; 680 PW; 681 WF; 682 CK; 683 NU; 685 WS; 686 KI; 687 NC; 688 TV; 689 PF; 690 TK; 691 FM; 692 MH; 7 RU; 76 KZ;
77 KZ; 81 JP; 82 KR; 84 VN; 850 KP; 852 HK; 853 MO; 855 KH; 856 LA; 86 CN; 880 BD; 886 TW; 90 TR; 91 IN; 92 PK; 93 AF; 94 LK; 95
MM; 960 MV; 961 LB; 962 JO; 963 SY; 964 IQ; 965 KW; 966 SA; 967 YE; 968 OM; 970 PS; 971 AE; 972 IL; 973 BH; 974 QA; 975 BT; 976
MN; 977 NP; 98 IR; 992 TJ; 993 TM; 994 AZ; 995 GE; 996 KG; 998 UZ
"""

_LANGUAGES = """
bg BG, bn BD, cs CZ, da DK, de DE, el GR, et EE, fa IR, fi FI, fr FR, he IL, hi IN, hr HR, hu HU, id ID, it IT, ja JP, ka GE,
kk KZ, km KH, ko KR, lo LA, lt LT, lv LV, mn MN, ms MY, my MM, nb NO, ne NP, nl NL, no NO, pl PL, pt BR, ro RO, ru RU, si LK,
sk SK, sl SI, sr RS, sv SE, ta IN, th TH, tr TR, uk UA, uz UZ, vi VN, zh CN
"""


def _zones() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for entry in _SINGLE.replace("\n", " ").split(";"):
        country, zone = entry.split()
        found[country] = {zone: 1.0}
    for line in _MANY.split(";"):
        country, rest = line.split(maxsplit=1)
        shares = [entry.split() for entry in rest.split(",")]
        whole = sum(float(share) for _, share in shares)
        found[country] = {zone: float(share) / whole for zone, share in shares}
    return found


ZONES: Mapping[str, Mapping[str, float]] = _zones()
"""Country (ISO 3166 alpha-2) -> zone -> share of the people; the shares of a country add up to 1."""

DIALLING: Mapping[str, tuple[str, ...]] = {
    code: tuple(countries) for code, *countries in (entry.split() for entry in _DIALLING.replace("\n", " ").split(";"))
}
"""First digits of an E.164 number -> countries (ITU E.164 and the North American numbering plan). The longest match counts;
territories that share a country's code count as that country."""

LANGUAGES: Mapping[str, str] = dict(entry.split() for entry in _LANGUAGES.split(","))
"""Language -> the country where by far most of those who write it live. Languages of many lands (en, es, ar) are left out."""


def countries_of_number(number: str) -> tuple[str, ...]:
    """The countries that share the longest telephone code the number begins with; `+` and spaces are skipped."""
    digits = "".join(c for c in number if c.isascii() and c.isdigit())
    return next((DIALLING[digits[:n]] for n in range(min(4, len(digits)), 0, -1) if digits[:n] in DIALLING), ())
