import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Api } from "../../console/src/desk/api";
import { Desk } from "../../console/src/desk/desk";
import * as st from "../../console/src/desk/state";
import type { DeskEvent, HandOver, Summary } from "../../shared/protocol";
import { Line } from "./line";
import { actionDone, angry, asked, breached, memory, queued, received, sent, summary } from "./make";

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const me = { id: "mara", name: "Mara", presence: "online" as const, capacity: 5, load: 0, queues: [], languages: [] };

const fresh = (): Served => ({
  a: summary("a", { last_event: 2, version: 2, last_at: received(2).at }),
  events: [received(1), received(2)],
  mine: null,
  closed: false,
  handover: null,
});

/** A desk whose server knows one conversation with three messages; two of them so far. */
interface Served {
  a: Summary;
  events: DeskEvent[];
  mine: Summary[] | null;
  closed: boolean;
  handover: HandOver | null;
}

async function open({ served }: { served: Served } = { served: fresh() }) {
  const read: string[] = [];
  const api: Partial<Api> = {
    me: () => Promise.resolve({ agent: me, role: "agent" }),
    ticket: () => Promise.resolve({ ticket: "t", url: "wss://desk/" }),
    inbox: () => Promise.resolve({ mine: served.mine ?? [served.a], waiting: [] }),
    conversation: (id) => {
      read.push(id);
      if (served.closed) return Promise.reject(new ApiError("forbidden", 403, ""));
      return Promise.resolve({ conversation: served.a, events: served.events, handover: served.handover, deliveries: {}, contact: undefined as never });
    },
    events: (id, after) => {
      read.push(`${id} after ${after}`);
      return Promise.resolve({ events: served.events.filter((e) => e.no > after), deliveries: {} });
    },
  };
  const desk = new Desk(api as Api);
  const notices: unknown[] = [];
  await desk.start();
  const leave = desk.goLive((notice) => notices.push(notice));
  await tick(0);
  Line.all.at(-1)!.onopen?.();
  await tick(0);
  const grow = () => {
    served.events.push(received(3));
    served.a = summary("a", { last_event: 3, version: 3, last_at: received(3).at });
    Line.all.at(-1)!.push({ type: "fetch", conversation: served.a });
  };
  const known = () => desk.state.threads.a?.events.map((e) => e.no);
  return { desk, read, served, notices, leave, grow, known };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("sessionStorage", memory());
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", new EventTarget());
  Line.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("events too large for a frame", () => {
  it("are fetched at once for the conversation on screen, from where it is known to", async () => {
    const { desk, read, grow, known, leave } = await open();
    await desk.open("a");
    grow();
    await tick(1000);
    expect(read).toEqual(["a", "a after 2"]);
    expect(known()).toEqual([1, 2, 3]);
    expect(desk.state.unread).toEqual({});
    leave();
  });

  it("wait for the opening of a conversation that is not on screen, which is marked as having news", async () => {
    const { desk, read, grow, known, leave } = await open();
    await desk.open("a");
    desk.close();
    grow();
    await tick(1000);
    expect(read).toEqual(["a"]);
    expect(desk.state.summaries.a?.last_event).toBe(3);
    expect(desk.state.unread).toEqual({ a: 1 });
    await desk.open("a");
    expect(known()).toEqual([1, 2, 3]);
    leave();
  });
});

describe("a promise in danger", () => {
  it("is told to a supervisor once, however often the frame comes, and marks the conversation", async () => {
    const { desk, notices, leave } = await open();
    const waits = summary("late", { owner: "", status: "queued" });
    const frame = { type: "sla", conversation: waits, events: [breached(3)] };
    Line.all.at(-1)!.push(frame);
    Line.all.at(-1)!.push(frame);
    expect(notices).toEqual([{ kind: "sla", conversation: waits, event: breached(3) }]);
    expect(st.alarms(desk.state, "late")).toEqual([{ clock: "first_response", late: true }]);
    leave();
  });
});

describe("an angry customer", () => {
  it("is told of to a supervisor once, in the customer's words, and marks the conversation until a person answers", async () => {
    const { desk, notices, leave } = await open();
    const theirs = summary("b", { owner: "tomas" });
    const said = received(4, { content: { kind: "text", text: "Where is my money?!", attachments: [], data: {} } });
    const frame = { type: "anger", conversation: theirs, events: [said, angry(5, said.message)] };
    Line.all.at(-1)!.push(frame);
    Line.all.at(-1)!.push(frame);
    expect(notices).toEqual([{ kind: "anger", conversation: theirs, event: angry(5, said.message), text: "Where is my money?!" }]);
    expect(st.isAngry(desk.state, "b")).toBe(true);
    expect(desk.state.unread).toEqual({});
    Line.all.at(-1)!.push({ type: "events", conversation: theirs, events: [sent(6, { author_id: "tomas" })] });
    expect(st.isAngry(desk.state, "b")).toBe(false);
    leave();
  });

  it("of a supervisor's own counts as one unread message, though two frames bring it", async () => {
    const { desk, leave } = await open();
    const mine = summary("a", { version: 3, last_event: 4 });
    Line.all.at(-1)!.push({ type: "anger", conversation: mine, events: [received(3), angry(4, "m3")] });
    Line.all.at(-1)!.push({ type: "events", conversation: mine, events: [received(3), angry(4, "m3")] });
    expect(desk.state.unread).toEqual({ a: 1 });
    leave();
  });
});

describe("what the bot did before", () => {
  const step = { flow: "order_cancel", outcome: "handed_over" as const, slots: { order: "SB-1" } };
  const told = (outcome: string): HandOver => ({
    reason: "anger",
    asked: ["order_cancel"],
    steps: [{ ...step, actions: [["order_cancel", outcome]] }],
    missed: 0,
    sentiment: "angry",
    angry: "m2",
  });
  const grow = (served: Served, event: DeskEvent): void => {
    served.events.push(event);
    served.a = summary("a", { version: served.a.version + 1, last_event: event.no });
    Line.all.at(-1)!.push({ type: "events", conversation: served.a, events: [event] });
  };

  it("is read again when the bot hands over, and when a system answers it late, and not for every message", async () => {
    const { desk, read, served, leave } = await open();
    const known = () => desk.state.handovers.a?.summary;
    await desk.open("a");
    expect(known()).toBeNull();
    served.handover = told("unknown");
    grow(served, queued(3));
    await tick(1000);
    expect(known()).toEqual(told("unknown"));
    grow(served, received(4));
    await tick(1000);
    expect(read).toEqual(["a", "a"]);
    served.handover = told("ok");
    grow(served, actionDone(5));
    await tick(1000);
    expect(known()).toEqual(told("ok"));
    leave();
  });

  it("is read on opening a conversation of which all events were pushed", async () => {
    const { desk, served, leave } = await open();
    served.handover = told("ok");
    served.events = [];
    grow(served, received(1));
    grow(served, queued(2));
    await desk.open("a");
    expect(desk.state.handovers.a?.summary).toEqual(told("ok"));
    leave();
  });

  it("is asked for once where the server knows of no hand-over", async () => {
    const { desk, read, served, leave } = await open();
    await desk.open("a");
    grow(served, queued(3));
    await tick(5000);
    await desk.open("a");
    expect(read).toEqual(["a", "a", "a after 3"]);
    leave();
  });
});

describe("a consult", () => {
  it("is announced to the colleague and outlasts a reload, though no list of the server names it", async () => {
    const { notices, served, leave } = await open();
    served.a = summary("a", { owner: "tomas", version: 3 });
    served.events.push(asked(3, "mara"));
    served.mine = [];
    Line.all.at(-1)!.push({ type: "events", conversation: served.a, events: [asked(3, "mara")] });
    expect(notices).toMatchObject([{ kind: "asked", event: { by: "tomas" } }]);
    leave();
    const after = await open({ served });
    expect(st.asked(after.desk.state).map((s) => s.id)).toEqual(["a"]);
    after.leave();
  });

  it("that ended unseen disappears when the server refuses to show the conversation", async () => {
    const { desk, served, leave } = await open();
    Line.all.at(-1)!.push({ type: "events", conversation: summary("a", { owner: "tomas", version: 3 }), events: [asked(3, "mara")] });
    expect(st.asked(desk.state)).toHaveLength(1);
    served.closed = true;
    for (let beat = 0; beat < 4; beat++) {
      await tick(20_000);
      const line = Line.all.at(-1)!;
      line.answer(line.sent.length - 1);
    }
    expect(st.asked(desk.state)).toEqual([]);
    leave();
  });
});

describe("frames of a newer server", () => {
  it("change nothing and are not complained about", async () => {
    const { desk, notices, leave } = await open();
    const before = desk.state;
    Line.all.at(-1)!.push({ type: "confetti", conversation: { id: "a" } });
    expect(desk.state).toBe(before);
    expect(notices).toEqual([]);
    leave();
  });
});
