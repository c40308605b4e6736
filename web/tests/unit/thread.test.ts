import { describe, expect, it } from "vitest";
import { itemsOf } from "../../console/src/desk/items";
import { emptyThread, missingAfter, withDelivery, withEvents } from "../../console/src/desk/thread";
import { angry, failed, received, sent } from "./make";

const numbers = (thread: { events: readonly { no: number }[] }) => thread.events.map((e) => e.no);

describe("a thread", () => {
  it("is in the order of the ledger, whatever the order of arrival", () => {
    const thread = withEvents(withEvents(emptyThread, [received(3)]), [received(2), received(1)]);
    expect(numbers(thread)).toEqual([1, 2, 3]);
  });

  it("shows an event once, however often it comes, also within one delivery", () => {
    const once = withEvents(emptyThread, [received(1), received(1), received(2)]);
    expect(numbers(withEvents(once, [received(2), received(1)]))).toEqual([1, 2]);
  });

  it("knows where its gap begins, and that it is closed once the missing events came", () => {
    const gap = withEvents(emptyThread, [received(1), received(2), received(5)]);
    expect(missingAfter(gap, 5)).toBe(2);
    expect(missingAfter(withEvents(gap, [received(4), received(3)]), 5)).toBeNull();
  });

  it("notices a gap at its end, which only the summary tells of", () => {
    expect(missingAfter(withEvents(emptyThread, [received(1)]), 4)).toBe(1);
  });

  it("keeps 'read' when a late 'delivered' arrives", () => {
    const read = withDelivery(emptyThread, "m1", { status: "read", reason: "" });
    expect(withDelivery(read, "m1", { status: "delivered", reason: "" }).deliveries.m1?.status).toBe("read");
    const failed = withDelivery(read, "m1", { status: "failed", reason: "an earlier part" });
    expect(failed.deliveries.m1).toEqual({ status: "failed", reason: "an earlier part" });
    expect(withDelivery(failed, "m1", { status: "read", reason: "" }).deliveries.m1?.status).toBe("failed");
  });

  it("ignores a delivery status of a newer server", () => {
    const known = withDelivery(emptyThread, "m1", { status: "sent", reason: "" });
    expect(withDelivery(known, "m1", { status: "teleported" as "sent", reason: "" }).deliveries.m1?.status).toBe("sent");
  });

  it("marks a message as failed by the ledger's word alone, with the reason", () => {
    const thread = withEvents(emptyThread, [sent(1), failed(2, "m1")]);
    expect(thread.deliveries.m1).toEqual({ status: "failed", reason: "131026" });
  });
});

describe("what the thread shows", () => {
  const day = (iso: string) => iso.slice(0, 10);

  it("puts a separator before each new day, and unsent messages last", () => {
    const thread = withEvents(emptyThread, [received(1, { at: "2026-01-05T23:50:00Z" }), received(2, { at: "2026-01-06T00:10:00Z" })]);
    const unsent = { client_id: "x", kind: "reply" as const, text: "hi", at: "2026-01-06T00:11:00Z", state: "sending" as const };
    expect(itemsOf(thread, [unsent], day).map((i) => i.kind)).toEqual(["day", "received", "day", "received", "unsent"]);
  });

  it("shows what a waiting customer left and asked for, and not what the bot's messages say already", () => {
    const base = { at: "2026-01-05T09:00:00Z", actor: { kind: "customer" as const, id: "c1" } };
    const thread = withEvents(emptyThread, [
      { ...base, no: 1, type: "wait_told" },
      sent(2, { author: "bot" }),
      { ...base, no: 3, type: "callback_requested", number: "+4915100000001" },
      { ...base, no: 4, type: "offline_form_sent", about: "It leaks", name: "Anna", contact: "" },
    ]);
    expect(itemsOf(thread, [], day).map((i) => i.kind)).toEqual(["day", "sent", "line", "form"]);
  });

  it("says the intent at the message it was detected in", () => {
    const intent = {
      no: 3,
      at: "2026-01-05T09:00:03Z",
      actor: { kind: "system" as const, id: "router" },
      type: "intent_detected" as const,
      message: "m1",
      intent: "refund_status",
      confidence: 0.9,
      language: "en",
      sentiment: "negative" as const,
      anger: 0.2,
    };
    const items = itemsOf(withEvents(emptyThread, [received(1), received(2), intent]), [], day);
    expect(items.flatMap((i) => (i.kind === "received" ? [i.intent?.intent ?? null] : []))).toEqual(["refund_status", null]);
  });

  it("shows the last word of an agent on what a message wanted", () => {
    const at = { at: "2026-03-02T09:00:00.000Z", actor: { kind: "agent" as const, id: "mia" } };
    const word = (no: number, intent: string) =>
      ({ ...at, no, type: "intent_corrected" as const, message: "m1", intent, sentiment: "" as const, was: "refund_status" });
    const items = itemsOf(withEvents(emptyThread, [received(1), word(2, "complaint"), word(3, "praise")]), [], day);
    expect(items.flatMap((i) => (i.kind === "received" ? [i.corrected?.intent] : []))).toEqual(["praise"]);
    expect(items.map((i) => i.kind)).toEqual(["day", "received"]);
  });

  it("shows what the bot did not understand and an overdue answer as lines, and nothing for a type of a newer server", () => {
    const system = { at: "2026-01-05T09:00:05Z", actor: { kind: "system" as const, id: "switchboard" } };
    const thread = withEvents(emptyThread, [
      received(1),
      { ...system, no: 2, type: "not_understood", message: "m1" },
      { ...system, no: 3, type: "first_response_due", due: "2026-01-05T09:00:05Z" },
      { ...system, no: 4, type: "confetti_thrown" as "redriven" },
    ]);
    expect(itemsOf(thread, [], day).flatMap((i) => (i.kind === "line" ? [i.event.type] : []))).toEqual([
      "not_understood",
      "first_response_due",
    ]);
    expect(missingAfter(thread, 4)).toBeNull();
  });

  it("shows the question of a consult in full, and its end and broken promises as lines", () => {
    const system = { at: "2026-01-05T09:00:05Z", actor: { kind: "system" as const, id: "switchboard" } };
    const thread = withEvents(emptyThread, [
      received(1),
      { ...system, no: 2, type: "consult_started", agent: "omar", by: "mia", question: "Is part 7 still made?" },
      { ...system, no: 3, type: "consult_ended", agent: "omar", by: "mia" },
      { ...system, no: 4, type: "sla_breached", clock: "next_response", due: system.at, since: system.at },
    ]);
    expect(itemsOf(thread, [], day).map((i) => i.kind)).toEqual(["day", "received", "consult", "line", "line"]);
  });

  it("shows what rules did in its order", () => {
    const rules = { at: "2026-01-05T09:00:05Z", actor: { kind: "system" as const, id: "rules" } };
    const thread = withEvents(emptyThread, [
      received(1),
      { ...rules, no: 2, type: "rule_fired", rule: "refund" },
      { ...rules, no: 3, type: "tagged", tags: ["money"] },
      { ...rules, no: 4, type: "webhook_requested", endpoint: "crm" },
      { ...rules, no: 5, type: "priority_set", priority: 8, reason: "rule" },
      { ...rules, no: 6, type: "untagged", tags: ["money"] },
    ]);
    const shown = itemsOf(thread, [], day).flatMap((i) => (i.kind === "line" ? [i.event.type] : []));
    expect(shown).toEqual(["rule_fired", "tagged", "webhook_requested", "priority_set", "untagged"]);
  });

  it("shows what the bot served and its system's answers as lines, and no line for each thing it asked and was told", () => {
    const bot = { at: "2026-01-05T09:00:05Z", actor: { kind: "bot" as const, id: "bot" } };
    const flow = "order_status";
    const of = { call: "a1", flow, action: "order_lookup" };
    const thread = withEvents(emptyThread, [
      received(1),
      { ...bot, no: 2, type: "flow_started", flow, version: 1, message: "m1", digression: false },
      { ...bot, no: 3, type: "slot_asked" },
      { ...bot, no: 4, type: "slot_filled", flow, slot: "order", message: "m1", value: "SB-1", correction: false },
      { ...bot, no: 5, type: "slot_rejected", flow, slot: "order", reason: "not_found" },
      { ...bot, no: 6, type: "action_requested", ...of, into: "order", arguments: {}, purpose: "" },
      { ...bot, no: 7, type: "action_done", ...of, outcome: "ok", data: {} },
      { ...bot, no: 8, type: "bot_missed", flow, slot: "order", message: "m1" },
      { ...bot, no: 9, type: "bot_waits" },
      { ...bot, no: 10, type: "flow_ended", flow, outcome: "done" },
      { ...bot, no: 11, type: "bot_suggested", message: "m1", intent: flow, text: "It comes today." },
      angry(12, "m1"),
    ]);
    const shown = itemsOf(thread, [], day).flatMap((i) => (i.kind === "line" ? [i.event.type] : []));
    expect(shown).toEqual(["flow_started", "action_done", "flow_ended"]);
    expect(missingAfter(thread, 12)).toBeNull();
  });

  it("offers no second resend of a message that was sent again", () => {
    const items = itemsOf(withEvents(emptyThread, [sent(1), failed(2, "m1"), sent(3, { resend_of: "m1" })]), [], day);
    expect(items.flatMap((i) => (i.kind === "sent" ? [[i.event.message, i.resent]] : []))).toEqual([
      ["m1", true],
      ["m3", false],
    ]);
  });

  it("joins messages of one turn, and begins a new turn when the other side speaks", () => {
    const items = itemsOf(withEvents(emptyThread, [received(1), received(2), sent(3), received(4)]), [], day);
    expect(items.flatMap((i) => ("joined" in i ? [i.joined] : []))).toEqual([false, true, false, false]);
  });
});
