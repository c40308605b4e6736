import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Chat } from "../../widget/src/chat";
import * as st from "../../widget/src/state";
import { Kept } from "../../widget/src/store";
import { Line } from "./line";
import { memory, received, sent } from "./make";

const conversation = (id: string, status = "bot") => ({ id, status: status as "bot" });
const pending = (client_id: string, at = "2026-01-05T09:00:00Z"): st.Pending => ({ client_id, text: client_id, at });
const shown = (state: st.ChatState) => state.parts.map((p) => p.messages.map((m) => m.no));

describe("a visitor's chat", () => {
  it("is in the order of the numbers, each once, though numbers have gaps", () => {
    const state = st.withNews(st.withNews(st.emptyChat, conversation("a"), [sent(7), received(2)]), conversation("a"), [sent(4), sent(7)]);
    expect(shown(state)).toEqual([[2, 4, 7]]);
  });

  it("does not trust a pushed number as the place to resume from, for one before it may be missing", () => {
    const known = st.resumed(st.withNews(st.emptyChat, conversation("a"), [received(2)]), 3);
    const pushed = st.withNews(known, conversation("a"), [sent(9)]);
    expect(pushed.floor).toBe(3);
    expect(st.resumed(pushed, 11).floor).toBe(11);
  });

  it("starts from nothing when a new conversation begins, and keeps the old one above it", () => {
    const old = st.resumed(st.withNews(st.emptyChat, conversation("a", "resolved"), [received(20)]), 21);
    const state = st.withNews(old, conversation("b"), [received(1)]);
    expect(shown(state)).toEqual([[20], [1]]);
    expect(state.floor).toBe(0);
  });

  it("shows an own message once when its event arrives, however late another tab hears of it", () => {
    const typed = st.withPending(st.emptyChat, pending("x"));
    const state = st.withNews(typed, conversation("a"), [received(1, { client_id: "x" })]);
    expect(state.pending).toEqual([]);
    expect(st.withPending(state, pending("x")).pending).toEqual([]);
  });

  it("sends in the order of writing, across tabs", () => {
    const state = st.withPending(
      st.withPending(st.emptyChat, pending("second", "2026-01-05T09:00:02Z")),
      pending("first", "2026-01-05T09:00:01Z"),
    );
    expect(state.pending.map((p) => p.client_id)).toEqual(["first", "second"]);
  });

  it("counts as unread the answers after the last one read, and all of a conversation not seen yet", () => {
    const state = st.withNews(st.emptyChat, conversation("a"), [sent(1), received(2), sent(3)]);
    expect(st.unread(state, { conversation: "a", no: 1 })).toBe(1);
    expect(st.unread(state, { conversation: "before", no: 99 })).toBe(2);
  });
});

describe("what is kept on the device", () => {
  it("survives a reload, one entry a message, apart from other accounts", () => {
    const storage = memory();
    new Kept("shop", storage).keep(pending("x"));
    new Kept("shop", storage).keep(pending("y", "2026-01-05T08:00:00Z"));
    new Kept("other", storage).keep(pending("z"));
    expect(new Kept("shop", storage).unsent().map((p) => p.client_id)).toEqual(["y", "x"]);
  });

  it("does without storage that refuses", () => {
    const broken = {
      ...memory(),
      setItem: () => {
        throw new DOMException("full");
      },
    };
    const kept = new Kept("shop", broken);
    expect(() => kept.keep(pending("x"))).not.toThrow();
    expect(kept.session).toBeNull();
  });

  it("skips what it cannot read", () => {
    const storage = memory();
    storage.setItem("switchboard.shop.unsent.x", "{broken");
    expect(new Kept("shop", storage).unsent()).toEqual([]);
  });
});

describe("events too large for a frame", () => {
  beforeEach(() => {
    vi.stubGlobal("WebSocket", Line);
    vi.stubGlobal("window", new EventTarget());
    vi.stubGlobal("document", new EventTarget());
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ session: "s", ticket: "t", url: "wss://desk/" })));
    Line.all = [];
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("are asked for by a resume after what is known, and shown", async () => {
    const chat = new Chat({ publicApi: "", account: "shop", name: "", kept: new Kept("shop", memory()), onChange: () => undefined });
    chat.start();
    const line = await vi.waitFor(() => Line.all[0] ?? Promise.reject(new Error("no line yet")));
    line.onopen?.();
    line.answer(0, { type: "ack", result: { conversation: conversation("a"), events: [received(1)], last_event: 4 } });
    await vi.waitFor(() => expect(chat.state.floor).toBe(4));
    line.push({ type: "fetch", conversation: conversation("a", "active") });
    expect(line.sent.at(-1)).toMatchObject({ action: "resume", after: 4 });
    line.answer(1, { type: "ack", result: { conversation: conversation("a", "active"), events: [sent(5)], last_event: 5 } });
    await vi.waitFor(() => expect(shown(chat.state)).toEqual([[1, 5]]));
  });
});
