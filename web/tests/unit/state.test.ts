import { describe, expect, it } from "vitest";
import * as st from "../../console/src/desk/state";
import { received, sent, summary } from "./make";

const me = { id: "mara", name: "Mara", presence: "online" as const, capacity: 5, load: 0, queues: [], languages: [] };
const desk: st.DeskState = { ...st.emptyDesk, me };
const unsent = (client_id: string): st.Unsent => ({
  client_id,
  kind: "reply",
  text: client_id,
  at: "2026-01-05T09:00:00Z",
  state: "sending",
});
const ids = (list: readonly { id: string }[]) => list.map((s) => s.id);

describe("the inbox", () => {
  it("keeps the newer summary when an older one arrives late", () => {
    const newer = st.withSummary(desk, summary("a", { version: 3, status: "resolved", owner: "" }));
    expect(st.mine(st.withSummary(newer, summary("a", { version: 2 })))).toEqual([]);
  });

  it("takes a conversation off my list when a colleague has it", () => {
    const owned = st.withSummary(desk, summary("a"));
    expect(ids(st.mine(st.withSummary(owned, summary("a", { version: 2, owner: "tomas" }))))).toEqual([]);
  });

  it("puts offers first, the one running out soonest at the top", () => {
    const state = [
      summary("active", { last_at: "2026-01-05T10:00:00Z" }),
      summary("later", { status: "assigned", accept_by: "2026-01-05T09:00:40Z" }),
      summary("sooner", { status: "assigned", accept_by: "2026-01-05T09:00:10Z" }),
    ].reduce(st.withSummary, desk);
    expect(ids(st.mine(state))).toEqual(["sooner", "later", "active"]);
  });

  it("counts offers and messages not seen yet as calling for attention", () => {
    const state = [summary("offer", { status: "assigned" }), summary("active"), summary("queued", { status: "queued", owner: "" })].reduce(
      st.withSummary,
      desk,
    );
    expect(st.attention({ ...state, unread: { active: 2 } })).toBe(3);
  });

  it("lists waiting work by urgency, then by how long it waits", () => {
    const waits = { status: "queued" as const, owner: "" };
    const state = [
      summary("new", { ...waits, since: "2026-01-05T09:05:00Z" }),
      summary("old", { ...waits, since: "2026-01-05T09:00:00Z" }),
      summary("urgent", { ...waits, since: "2026-01-05T09:09:00Z", priority: 9 }),
    ].reduce(st.withSummary, desk);
    expect(ids(st.waiting(state))).toEqual(["urgent", "old", "new"]);
  });

  it("drops what the server no longer lists, but not what was pushed while the list was on its way", () => {
    const before = st.withSummary(desk, summary("gone"));
    const asOf = st.versions(before);
    const during = st.withSummary(before, summary("pushed"));
    expect(ids(st.mine(st.withInbox(during, [summary("listed")], asOf))).sort()).toEqual(["listed", "pushed"]);
  });

  it("does not let a list that is behind undo what was pushed", () => {
    const asOf = st.versions(st.withSummary(desk, summary("a")));
    const resolved = st.withSummary(desk, summary("a", { version: 2, status: "resolved", owner: "" }));
    expect(st.mine(st.withInbox(resolved, [summary("a")], asOf))).toEqual([]);
  });
});

describe("unsent messages", () => {
  it("give way to their event, once, and others stay", () => {
    const typed = st.withUnsent(st.withUnsent(desk, "a", unsent("one")), "a", unsent("two"));
    const after = st.withNews(typed, "a", { events: [sent(1, { client_id: "one" })] });
    expect(after.unsent.a?.map((u) => u.client_id)).toEqual(["two"]);
    expect(after.threads.a?.events).toHaveLength(1);
  });

  it("are settled also when their event was fetched rather than pushed, or came twice", () => {
    const known = st.withNews(desk, "a", { events: [sent(1, { client_id: "one" })] });
    const again = st.withNews(st.withUnsent(known, "a", unsent("one")), "a", { events: [sent(1, { client_id: "one" })] });
    expect(again.unsent.a).toEqual([]);
  });

  it("stay settled when the answer to their request comes after their event", () => {
    const settled = st.withNews(st.withUnsent(desk, "a", unsent("one")), "a", { events: [sent(1, { client_id: "one" })] });
    expect(st.withUnsentChange(settled, "a", "one", { state: "failed" }).unsent.a).toEqual([]);
  });

  it("that were held go out after a reconnect; refused ones wait for the agent", () => {
    const state = st.withUnsent(st.withUnsent(desk, "a", { ...unsent("held"), state: "held" }), "a", { ...unsent("no"), state: "failed" });
    expect(st.withHeldReleased(state).unsent.a?.map((u) => u.state)).toEqual(["sending", "failed"]);
  });
});

describe("unread and typing", () => {
  it("counts a customer's message once, only if pushed, and not in the open conversation", () => {
    const push = (s: st.DeskState, id: string) => st.withNews(s, id, { events: [received(1)], live: true });
    const state = push(push(push(st.withCurrent(desk, "open"), "open"), "other"), "other");
    const fetched = st.withNews(state, "third", { events: [received(1)] });
    expect(fetched.unread).toEqual({ other: 1 });
    expect(st.withCurrent(fetched, "other").unread).toEqual({});
  });

  it("does not count news that came without its events and brought no later message, or none that was not known", () => {
    const known = st.withSummary(desk, summary("a", { version: 2, last_at: "2026-01-05T09:00:00Z" }));
    const resolved = summary("a", { version: 3, last_at: "2026-01-05T09:00:00Z" });
    const late = summary("a", { version: 1, last_at: "2026-01-05T08:00:00Z" });
    expect(st.withNewsToFetch(known, resolved).unread).toEqual({});
    expect(st.withNewsToFetch(known, late)).toBe(known);
  });

  it("ends a customer's typing with their message", () => {
    const typing = st.withTyping(desk, "a", 9e15);
    expect(st.withNews(typing, "a", { events: [received(1)] }).typing).toEqual({});
  });
});
