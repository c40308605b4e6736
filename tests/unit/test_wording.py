"""How much of a suggestion an agent kept, in scripts with blanks and without; and quickly, whatever is compared."""

from __future__ import annotations

import time

import pytest

from switchboard.domain.wording import alike, kept


@pytest.mark.parametrize(
    ("suggested", "sent", "share"),
    [
        ("Boil it for ten minutes.", "Boil it for ten minutes.", 1.0),
        ("Boil it for ten minutes.", "No idea, sorry", 0.0),
        ("煮沸十分钟再冲洗", "您好，煮沸十分钟再冲洗", 1.0),
        ("", "anything", 0.0),
    ],
)
def test_what_was_kept(suggested: str, sent: str, share: float) -> None:
    assert kept(suggested, sent) == pytest.approx(share)


def test_a_text_of_repetitions_takes_no_longer_than_another() -> None:
    began = time.process_time()
    alike("ab " * 20_000, "ba " * 20_000)
    kept("-" * 100_000, "-" * 99_999)
    assert time.process_time() - began < 5
