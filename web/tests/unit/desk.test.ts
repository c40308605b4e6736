import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../../console/src/desk/api";
import { Desk } from "../../console/src/desk/desk";
import { Line } from "./line";
import { memory, received, summary } from "./make";

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const me = { id: "mara", name: "Mara", presence: "online" as const, capacity: 5, load: 0, queues: [], languages: [] };

/** A desk whose server knows one conversation with three messages; two of them so far. */
async function open() {
  const a = summary("a", { last_event: 2, version: 2, last_at: received(2).at });
  const served = { a, events: [received(1), received(2)] };
  const asked: string[] = [];
  const api: Partial<Api> = {
    me: () => Promise.resolve({ agent: me, role: "agent" }),
    ticket: () => Promise.resolve({ ticket: "t", url: "wss://desk/" }),
    inbox: () => Promise.resolve({ mine: [served.a], waiting: [] }),
    conversation: (id) => {
      asked.push(id);
      return Promise.resolve({ conversation: served.a, events: served.events, deliveries: {}, contact: undefined as never });
    },
    events: (id, after) => {
      asked.push(`${id} after ${after}`);
      return Promise.resolve({ events: served.events.filter((e) => e.no > after), deliveries: {} });
    },
  };
  const desk = new Desk(api as Api);
  const notices: unknown[] = [];
  await desk.start();
  const leave = desk.goLive((notice) => notices.push(notice));
  await tick(0);
  Line.all[0]!.onopen?.();
  await tick(0);
  const grow = () => {
    served.events.push(received(3));
    served.a = summary("a", { last_event: 3, version: 3, last_at: received(3).at });
    Line.all[0]!.push({ type: "fetch", conversation: served.a });
  };
  const known = () => desk.state.threads.a?.events.map((e) => e.no);
  return { desk, asked, notices, leave, grow, known };
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
    const { desk, asked, grow, known, leave } = await open();
    await desk.open("a");
    grow();
    await tick(1000);
    expect(asked).toEqual(["a", "a after 2"]);
    expect(known()).toEqual([1, 2, 3]);
    expect(desk.state.unread).toEqual({});
    leave();
  });

  it("wait for the opening of a conversation that is not on screen, which is marked as having news", async () => {
    const { desk, asked, grow, known, leave } = await open();
    await desk.open("a");
    desk.close();
    grow();
    await tick(1000);
    expect(asked).toEqual(["a"]);
    expect(desk.state.summaries.a?.last_event).toBe(3);
    expect(desk.state.unread).toEqual({ a: 1 });
    await desk.open("a");
    expect(known()).toEqual([1, 2, 3]);
    leave();
  });
});

describe("frames of a newer server", () => {
  it("change nothing and are not complained about", async () => {
    const { desk, notices, leave } = await open();
    const before = desk.state;
    Line.all[0]!.push({ type: "confetti", conversation: { id: "a" } });
    expect(desk.state).toBe(before);
    expect(notices).toEqual([]);
    leave();
  });
});
