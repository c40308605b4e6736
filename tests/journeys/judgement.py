"""How a conversation ended: rightly by the bot, rightly with a person, handed over needlessly, or wrongly.

**Changes.** The changes in the shop, in their order, against the expected ones: `do` and order the same, an e-mail address and
`what` the same whatever the case, `*_contains` as `wording.contains` has it. A change that is not next among the expected ones is
wrong, whoever was expected and however the conversation ended: another order, another value, once too often, out of turn.

**Told and refused** are looked for within the turns of the wish they belong to (`then` comes once a wish is finished, so the nth
effect answers the nth wish), and both ways:
- by the record: about the same, and the same order or product; what else is on record does not count against the bot (a digression);
- by what the customer could read, questions left out, in the bot's texts of those turns. For the first three of these, texts by
  which it still asked for the order, product or size do not count:
  - order_status: the expected day, the tracking number or a word for its status, and if order numbers are named, this one among them;
  - refund_status: a word for "asked for, not yet paid" or for "paid", whichever it is, and the number as before;
  - stock_availability: the product's name, or the day it is back, and not only other sizes of it than the one asked for;
  - knowledge: an answer of substance (`ANSWER`) not said before in the conversation. Whether it answers the question is not judged;
  - refused: a statement of substance (`REFUSAL`). That it says no is taken from the record.

**By the bot** it ended rightly if every wish was finished, no person had it, all expected changes were made and all was told or
refused. Handed over though the bot was expected is no success and no harm, `HANDED_OVER`, if nothing wrong was changed by then.
Anything else is wrong: finished without a change or without telling, closed on the customer, kept until they gave up, or a
question left open by the farewell.

**By a person** it ended rightly if a person had it before the customer stopped, and nothing was changed beyond the expected: it
may be handed over before all of the expected is done. What was told by then is not asked for. Otherwise it is wrong.

**Always wrong**: the number of an order or the e-mail address of somebody else in a text of the bot, unless the customer wrote it
themselves, or a record of telling about somebody else's order; and a bot that failed, which is counted as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tests.journeys.customer import Conversation, End, Turn
from tests.journeys.ports import Record
from tests.journeys.scripts import Expected, Journey
from tests.journeys.shop import Shop
from tests.journeys.wording import contains, folded, order_numbers, shows_date, speaks_of, statements, weight
from tests.journeys.words import REFUND, STATUS

REFUSAL, ANSWER = (
    16,
    24,
)  # substance, as `wording.weight` counts: three or four words, five or six; seven and ten characters of Chinese
WHICH = ("order", "product", "size")


class Outcome(Enum):
    CONTAINED = "rightly by the bot"
    PERSON = "rightly with a person"
    HANDED_OVER = "handed over needlessly"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """Why it did not end rightly: a reason that is counted, and what it was about."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Verdict:
    journey: Journey
    outcome: Outcome
    findings: tuple[Finding, ...]
    got_person: bool
    conversation: Conversation | None  # None where the bot failed


def failed(journey: Journey, error: Exception) -> Verdict:
    """The verdict where the bot could not be played with to the end."""
    return Verdict(journey, Outcome.WRONG, (Finding("the bot failed", f"{type(error).__name__}: {error}"),), False, None)


def judge(journey: Journey, conversation: Conversation, shop: Shop) -> Verdict:
    reached = conversation.end is End.PERSON
    findings = [*_leaks(journey, conversation, shop), *_changes(journey, conversation)]
    outcome = Outcome.PERSON if reached else Outcome.CONTAINED
    if not reached:
        findings += _kept(journey, conversation, shop)
    elif journey.by == "bot" and not findings:
        outcome, findings = Outcome.HANDED_OVER, [Finding("handed over", f"after {len(conversation.turns)} messages")]
        return Verdict(journey, outcome, tuple(findings), True, conversation)
    return Verdict(journey, Outcome.WRONG if findings else outcome, tuple(findings), reached, conversation)


def _kept(journey: Journey, conversation: Conversation, shop: Shop) -> list[Finding]:
    """What is wrong with a conversation that no person ever had."""
    stopped = {End.GAVE_UP: "gave up", End.CLOSED: "closed on the customer", End.UNANSWERED: "asked after the farewell"}
    if conversation.end in stopped:
        return [Finding(stopped[conversation.end], f"after {len(conversation.turns)} messages")]
    if journey.by == "person":
        return [Finding("finished without a person", f"after {len(conversation.turns)} messages")]
    findings = []
    if len(conversation.changes) < len(_expected_changes(journey)):
        findings.append(Finding("finished without a change", str(_expected_changes(journey)[len(conversation.changes)])))
    for at, effect in enumerate(journey.effects):
        if effect.said:
            turns = [turn for turn in conversation.turns if turn.wish == journey.wishes[at]]
            findings += _said(effect, turns, conversation, journey, shop)
    return findings


def _expected_changes(journey: Journey) -> list[Expected]:
    return [each for each in journey.effects if not each.said]


def _changes(journey: Journey, conversation: Conversation) -> list[Finding]:
    """The first change that was not to be made. What comes later may be left out here, what comes between may not."""
    expected = _expected_changes(journey)
    for at, change in enumerate(conversation.changes):
        if at >= len(expected) or not matches(expected[at], change):
            return [Finding("wrong change", f"{dict(change)}, expected {expected[at] if at < len(expected) else 'none'}")]
    return []


def matches(expected: Expected, actual: Record) -> bool:
    """Whether a record of the bot's is what was expected."""
    if str(actual.get("do", "told")) != expected.do:
        return False
    return all(_holds(key, value, str(actual.get(key.removesuffix("_contains")) or "")) for key, value in expected.holds.items())


def _holds(key: str, expected: str, actual: str) -> bool:
    return contains(expected, actual) if key.endswith("_contains") else folded(expected) == folded(actual)


def _leaks(journey: Journey, conversation: Conversation, shop: Shop) -> list[Finding]:
    written = folded(" ".join(turn.said for turn in conversation.turns))
    theirs = {number for number, order in shop.orders.items() if order.customer != journey.customer}
    unwritten = {each for each in theirs if each.removeprefix("SB-") not in written}  # they often write no more than the figures
    emails = [email for owner, email in shop.emails.items() if owner != journey.customer and email not in written]
    said = " \n ".join([*conversation.messages, *(text for turn in conversation.turns for text in turn.heard.messages)])
    shown = sorted(order_numbers(said) & unwritten) + [email for email in emails if email in folded(said)]
    told = sorted({str(each.get("order")) for each in conversation.told if each.get("do", "told") == "told"} & theirs)
    return [Finding("showed another customer's", ", ".join(dict.fromkeys(shown + told)))] if shown or told else []


def _said(effect: Expected, turns: Sequence[Turn], conversation: Conversation, journey: Journey, shop: Shop) -> list[Finding]:
    wanted = _by_sku(effect, shop)
    if not any(matches(effect, each) or matches(wanted, each) for turn in turns for each in turn.told):
        return [Finding(f"not {effect.do} by its record", str(effect))]
    if not _readable(effect, turns, conversation, journey, shop):
        return [Finding(f"{effect.do} by its record, not in its texts", str(effect))]
    return []


def _by_sku(effect: Expected, shop: Shop) -> Expected:
    """The same with the product's name, for a record that has it instead of the sku."""
    sku = effect.holds.get("product")
    return Expected(effect.do, {**effect.holds, "product": shop.products[sku].name}) if sku else effect


def _readable(effect: Expected, turns: Sequence[Turn], conversation: Conversation, journey: Journey, shop: Shop) -> bool:
    about = effect.holds["about"]
    if effect.do == "refused":
        return any(weight(statements(text)) >= REFUSAL for turn in turns for text in turn.heard.messages)
    if about == "knowledge":
        first = next(at for at, turn in enumerate(conversation.turns) if turn is turns[0])
        before = {folded(text) for turn in conversation.turns[:first] for text in turn.heard.messages}
        new = [text for turn in turns for text in turn.heard.messages if folded(text) not in before]
        return any(weight(statements(text)) >= ANSWER for text in new)
    read = statements("\n".join(text for turn in turns if turn.heard.asked not in WHICH for text in turn.heard.messages))
    if about == "stock_availability":
        return _shows_stock(read, shop, effect.holds["product"], journey)
    order = shop.orders[effect.holds["order"]]
    named = order_numbers(read)
    if named and order.number not in named:
        return False
    if about == "refund_status":
        return speaks_of(read, REFUND[order.refund])
    return shows_date(read, order.expected) or bool(order.tracking and order.tracking in read) or speaks_of(read, STATUS[order.status])


def _shows_stock(read: str, shop: Shop, sku: str, journey: Journey) -> bool:
    product = shop.products[sku]
    answer = journey.answers.get("size", ("",))[-1]
    asked = [size for size in product.sizes if contains(size, answer.upper()) or contains(size, answer.replace(" ", ""))]
    # A lone letter or figure of one digit may be anything, so only what cannot be mistaken counts as another size shown.
    plain = [size for size in product.sizes if len(size) > 1 and contains(size, read)]
    if asked and plain and not any(contains(size, read) for size in asked):
        return False
    return contains(product.name, read) or bool(product.restock and shows_date(read, product.restock))
