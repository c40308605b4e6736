"""The countries where a language is spoken: there a telephone number is known without its country's code."""

from __future__ import annotations

COUNTRIES = {
    "en": "US GB IE CA AU NZ IN SG ZA", "de": "DE AT CH LU", "fr": "FR BE CH CA LU MA SN CI", "es": "ES MX AR CO CL PE VE US",
    "pt": "BR PT", "it": "IT CH", "ru": "RU KZ BY UA", "ar": "SA EG AE MA JO KW QA LB IQ DZ TN", "hi": "IN", "ja": "JP", "ko": "KR",
    "zh": "CN TW HK SG",
}  # fmt: skip
