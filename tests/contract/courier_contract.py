"""What every `Courier` must do: see `application.ports.Courier`. The vendor is steered and seen from the far side."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import pytest

from switchboard.application.ports import Courier, Sent
from switchboard.domain.content import Content, ContentKind
from switchboard.domain.errors import Malformed, NotFound, VendorUnavailable
from tests.contract import samples as s


class Trouble(Enum):
    """What a vendor may do with a part of a message."""

    REFUSED = "never takes it"
    THROTTLED = "says when to come again"
    DOWN = "answers that it is out of order"
    LOST = "takes it, and its answer does not arrive"
    STALE = "does not know the access token any more"


def given(sent: Sent) -> list[str]:
    """The ids that the vendor gave: some give none."""
    return [id_ for id_ in sent.vendor_ids if id_]


NOT_TAKEN = (Trouble.REFUSED, Trouble.THROTTLED, Trouble.DOWN)


class Vendor(Protocol):
    """The far side: one account of a vendor and one customer who has just written to it."""

    channel: str
    account: str
    customer: str
    limit: int  # the longest part, in characters of ASCII

    def plan(self, *parts: Trouble | None) -> None:
        """What happens to the next parts that are sent; None: the part is taken. After the plan all are."""
        ...

    def vanish(self) -> None:
        """From the next message prepared on, nobody listens at the vendor's address."""
        ...

    def come_back(self) -> None: ...

    def shown(self) -> list[str]:
        """The parts the customer has, in order."""
        ...

    def ids(self) -> list[str]:
        """The ids the vendor gave them; empty for a vendor that gives none."""
        ...


def send(courier: Courier, vendor: Vendor, text: str) -> Sent:
    """Hand over a text as the delivery does: what fails in passing before anything left is tried again."""
    try:
        shipment = courier.prepare(vendor.channel, vendor.account, vendor.customer, Content(text=text), s.fresh("m"))
    except VendorUnavailable as error:
        return Sent("retry", reason=str(error))
    return shipment.send()


def long_text(limit: int) -> str:
    """Three parts long. Every word is another, so that no two parts are alike."""
    words = ""
    while len(words) <= 2.2 * limit:
        words += f"word{len(words)} "
    return words.strip()


class CourierContract:
    """Subclasses give the fixtures `vendor` and `courier`, who knows the vendor's account."""

    # -- taken ---------------------------------------------------------------------------------------

    def test_what_the_vendor_takes_is_accepted_with_its_id(self, courier: Courier, vendor: Vendor) -> None:
        sent = send(courier, vendor, "Grüße, 您好 👋")
        assert (sent.outcome, given(sent)) == ("accepted", vendor.ids())
        assert vendor.shown() == ["Grüße, 您好 👋"]

    def test_messages_arrive_in_the_order_they_were_sent(self, courier: Courier, vendor: Vendor) -> None:
        sent = [send(courier, vendor, text) for text in ("one", "two", "three")]
        assert vendor.shown() == ["one", "two", "three"]
        assert [vendor_id for each in sent for vendor_id in given(each)] == vendor.ids()

    def test_a_prepared_message_has_not_left(self, courier: Courier, vendor: Vendor) -> None:
        shipment = courier.prepare(vendor.channel, vendor.account, vendor.customer, Content(text="wait"), "m1")
        assert vendor.shown() == []
        shipment.send()
        assert vendor.shown() == ["wait"]

    # -- what can never be sent ----------------------------------------------------------------------

    def test_an_account_nobody_set_up_is_not_found(self, courier: Courier, vendor: Vendor) -> None:
        with pytest.raises(NotFound):
            courier.prepare(vendor.channel, s.fresh("nobody"), vendor.customer, Content(text="hi"), "m1")

    def test_what_has_no_words_is_malformed_before_it_leaves(self, courier: Courier, vendor: Vendor) -> None:
        for content in (Content(text=" \n"), Content(ContentKind.TEXT)):
            with pytest.raises(Malformed):
                courier.prepare(vendor.channel, vendor.account, vendor.customer, content, "m1")

    # -- troubles ------------------------------------------------------------------------------------

    @pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.THROTTLED, Trouble.DOWN, Trouble.LOST])
    def test_a_trouble_is_told_without_names_or_words_of_people(
        self, courier: Courier, vendor: Vendor, trouble: Trouble
    ) -> None:
        vendor.plan(trouble)
        sent = send(courier, vendor, "my diagnosis")
        assert sent.reason
        assert vendor.customer not in sent.reason
        assert "diagnosis" not in sent.reason

    def test_what_the_vendor_rejects_for_good_is_refused(self, courier: Courier, vendor: Vendor) -> None:
        vendor.plan(Trouble.REFUSED)
        sent = send(courier, vendor, "hello")
        assert (sent.outcome, sent.vendor_ids, vendor.shown()) == ("refused", (), [])

    def test_a_vendor_that_throttles_says_when_to_come_again(self, courier: Courier, vendor: Vendor) -> None:
        vendor.plan(Trouble.THROTTLED)
        sent = send(courier, vendor, "hello")
        assert (sent.outcome, sent.vendor_ids, vendor.shown()) == ("retry", (), [])
        assert sent.retry_after is not None
        assert 0 < sent.retry_after <= 3600

    def test_a_vendor_that_is_out_of_order_is_tried_again_and_then_has_it_once(
        self, courier: Courier, vendor: Vendor
    ) -> None:
        vendor.plan(Trouble.DOWN)
        sent = send(courier, vendor, "hello")
        assert (sent.outcome, sent.vendor_ids, vendor.shown()) == ("retry", (), [])
        assert send(courier, vendor, "hello").outcome == "accepted"
        assert vendor.shown() == ["hello"]

    @pytest.mark.parametrize("before", [[], ["good morning"]])
    def test_a_vendor_nobody_can_reach_is_tried_again(self, courier: Courier, vendor: Vendor, before: list[str]) -> None:
        """With and without an access token from an earlier message."""
        for text in before:
            send(courier, vendor, text)
        vendor.vanish()
        assert send(courier, vendor, "hello").outcome == "retry"
        vendor.come_back()
        assert send(courier, vendor, "hello").outcome == "accepted"
        assert vendor.shown() == [*before, "hello"]

    def test_a_lost_answer_is_unknown_for_the_customer_may_have_it(self, courier: Courier, vendor: Vendor) -> None:
        vendor.plan(Trouble.LOST)
        sent = send(courier, vendor, "did you get it?")
        assert (sent.outcome, sent.vendor_ids) == ("unknown", ())
        assert vendor.shown() == ["did you get it?"]

    # -- long texts ----------------------------------------------------------------------------------

    def test_a_long_text_goes_out_in_parts_in_order(self, courier: Courier, vendor: Vendor) -> None:
        text = long_text(vendor.limit)
        sent = send(courier, vendor, text)
        assert sent.outcome == "accepted"
        assert "".join(vendor.shown()) == text
        assert len(vendor.shown()) >= 3
        assert max(map(len, vendor.shown())) <= vendor.limit
        assert given(sent) == vendor.ids()

    @pytest.mark.parametrize("trouble", NOT_TAKEN)
    def test_a_long_text_whose_first_part_was_not_taken_has_not_left(
        self, courier: Courier, vendor: Vendor, trouble: Trouble
    ) -> None:
        vendor.plan(trouble)
        sent = send(courier, vendor, long_text(vendor.limit))
        assert sent.outcome == ("refused" if trouble is Trouble.REFUSED else "retry")
        assert (sent.vendor_ids, vendor.shown()) == ((), [])

    @pytest.mark.parametrize("trouble", NOT_TAKEN)
    @pytest.mark.parametrize("out", [1, 2])
    def test_after_the_first_part_it_is_never_repeated_by_itself(
        self, courier: Courier, vendor: Vendor, trouble: Trouble, out: int
    ) -> None:
        """The ids of what is out are told, so that its receipts find the message."""
        vendor.plan(*[None] * out, trouble)
        text = long_text(vendor.limit)
        sent = send(courier, vendor, text)
        assert (sent.outcome, sent.retry_after) == ("unknown", None)
        assert str(out) in sent.reason
        assert len(vendor.shown()) == out
        assert text.startswith("".join(vendor.shown()))
        assert given(sent) == vendor.ids()

    def test_after_a_lost_answer_in_the_middle_nothing_more_is_sent(self, courier: Courier, vendor: Vendor) -> None:
        vendor.plan(None, Trouble.LOST)
        sent = send(courier, vendor, long_text(vendor.limit))
        assert sent.outcome == "unknown"
        assert len(vendor.shown()) == 2
        assert given(sent) == vendor.ids()[:1]


class TokenVendor(Vendor, Protocol):
    """A vendor whose access tokens are fetched."""

    def token_calls(self) -> int:
        """How often a token was asked for."""
        ...

    def deny_token(self) -> None:
        """The next asking for a token fails."""
        ...


class FetchedTokenContract:
    """For vendors with fetched tokens, besides `CourierContract`."""

    def test_one_token_serves_many_messages(self, courier: Courier, vendor: TokenVendor) -> None:
        for text in ("one", "two", "three"):
            send(courier, vendor, text)
        assert vendor.token_calls() == 1

    def test_a_token_gone_stale_is_replaced_and_the_message_goes_out_once(
        self, courier: Courier, vendor: TokenVendor
    ) -> None:
        send(courier, vendor, "one")
        vendor.plan(Trouble.STALE)
        assert send(courier, vendor, "two").outcome == "accepted"
        assert vendor.shown() == ["one", "two"]
        assert vendor.token_calls() == 2

    @pytest.mark.parametrize("out", [0, 1])
    def test_a_token_gone_stale_in_a_long_text_is_replaced_once(
        self, courier: Courier, vendor: TokenVendor, out: int
    ) -> None:
        """Vendors count the replacements of a day and void the token before."""
        text = long_text(vendor.limit)
        vendor.plan(*[None] * out, Trouble.STALE)
        assert send(courier, vendor, text).outcome == "accepted"
        assert "".join(vendor.shown()) == text
        assert vendor.token_calls() == 2

    def test_a_token_that_is_stale_again_at_once_is_tried_later(self, courier: Courier, vendor: TokenVendor) -> None:
        vendor.plan(Trouble.STALE, Trouble.STALE)
        assert send(courier, vendor, "hello").outcome == "retry"
        assert vendor.shown() == []
        assert send(courier, vendor, "hello").outcome == "accepted"

    def test_without_a_token_nothing_leaves_and_the_next_try_gets_one(self, courier: Courier, vendor: TokenVendor) -> None:
        vendor.deny_token()
        with pytest.raises(VendorUnavailable):
            courier.prepare(vendor.channel, vendor.account, vendor.customer, Content(text="hello"), "m1")
        assert vendor.shown() == []
        assert send(courier, vendor, "hello").outcome == "accepted"

    def test_no_new_token_for_a_stale_one_is_tried_later(self, courier: Courier, vendor: TokenVendor) -> None:
        send(courier, vendor, "one")
        vendor.plan(Trouble.STALE)
        vendor.deny_token()
        assert send(courier, vendor, "two").outcome == "retry"
        assert vendor.shown() == ["one"]
        assert send(courier, vendor, "two").outcome == "accepted"
