import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff } from "../../shared/backoff";
import { Fatal, Live, withTicket, type LiveOptions } from "../../shared/live";
import { Line } from "./line";

const last = (): Line => Line.all.at(-1)!;
const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function live(more: Partial<LiveOptions> = {}) {
  const states: string[] = [];
  const opened = vi.fn();
  const line = new Live({
    address: () => Promise.resolve("wss://desk/?ticket=t"),
    onFrame: () => undefined,
    onState: (s) => states.push(s),
    onOpen: opened,
    random: () => 0.999,
    ...more,
  });
  return { line, states, opened };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  Line.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("pauses between attempts", () => {
  it("grow, stay within half a minute, and differ between clients", () => {
    const longest = [0, 1, 2, 3, 20].map((n) => backoff(n, 0.999999));
    expect(longest).toEqual([500, 1000, 2000, 4000, 30_000]);
    expect(backoff(3, 0)).toBe(2000);
  });
});

describe("the line", () => {
  it("comes back after a loss with a fresh ticket, and tells that it is open again", async () => {
    const address = vi.fn(() => Promise.resolve("wss://desk/?ticket=t"));
    const { line, opened } = live({ address });
    line.start();
    await tick(0);
    last().onopen?.();
    last().onclose?.();
    await tick(600);
    last().onopen?.();
    expect(address).toHaveBeenCalledTimes(2);
    expect(opened).toHaveBeenCalledTimes(2);
  });

  it("waits longer after each failure, and starts small again once a line has held", async () => {
    const { line } = live();
    line.start();
    await tick(0);
    for (const pause of [500, 1000, 2000]) {
      const count = Line.all.length;
      last().onclose?.();
      await tick(pause - 50);
      expect(Line.all).toHaveLength(count);
      await tick(100);
      expect(Line.all).toHaveLength(count + 1);
    }
    last().onopen?.();
    await tick(11_000);
    const count = Line.all.length;
    last().onclose?.();
    await tick(600);
    expect(Line.all).toHaveLength(count + 1);
  });

  it("does not wait out the pause when the network is back", async () => {
    const { line } = live();
    line.start();
    await tick(0);
    last().onclose?.();
    line.nudge();
    await tick(0);
    expect(Line.all).toHaveLength(2);
  });

  it("gives up a line that no longer answers, though nobody closed it", async () => {
    const { line } = live();
    line.start();
    await tick(0);
    const dead = last();
    dead.onopen?.();
    await tick(20_000);
    expect(dead.sent.map((s) => s.action)).toEqual(["heartbeat"]);
    await tick(10_000);
    expect(dead.closed).toBe(true);
    await tick(600);
    expect(Line.all).toHaveLength(2);
  });

  it("keeps a line whose heartbeats are answered", async () => {
    const { line } = live();
    line.start();
    await tick(0);
    last().onopen?.();
    for (let beat = 0; beat < 5; beat++) {
      await tick(20_000);
      last().answer(beat);
    }
    expect(Line.all).toHaveLength(1);
  });

  it("gives the answer to its own request, and the server's error as an error", async () => {
    const { line } = live();
    line.start();
    await tick(0);
    last().onopen?.();
    const first = line.request("message", { text: "a" });
    const second = line.request("message", { text: "b" });
    last().answer(1, { type: "error", code: "too_large", message: "" });
    last().answer(0, { type: "ack", result: { no: 1 } });
    await expect(first).resolves.toEqual({ no: 1 });
    await expect(second).rejects.toMatchObject({ code: "too_large" });
  });

  it("fails what was asked when the line breaks, so that it is tried again", async () => {
    const { line } = live();
    line.start();
    await tick(0);
    last().onopen?.();
    const asked = expect(line.request("message")).rejects.toMatchObject({ code: "no_connection" });
    last().onclose?.();
    await asked;
  });

  it("stops for good when the session is over", async () => {
    const onFatal = vi.fn();
    const { line } = live({ address: () => Promise.reject(new Fatal("unauthenticated")), onFatal });
    line.start();
    await tick(60_000);
    expect(onFatal).toHaveBeenCalledTimes(1);
    expect(Line.all).toHaveLength(0);
  });

  it("does not open after it was stopped while the ticket was on its way", async () => {
    let give: (address: string) => void = () => undefined;
    const { line } = live({ address: () => new Promise((resolve) => (give = resolve)) });
    line.start();
    line.stop();
    give("wss://desk/?ticket=t");
    await tick(60_000);
    expect(Line.all).toHaveLength(0);
  });

  it("survives a frame that is not of the protocol", async () => {
    const onFrame = vi.fn();
    const { line } = live({ onFrame });
    line.start();
    await tick(0);
    last().onopen?.();
    last().onmessage?.({ data: "<html>" });
    last().onmessage?.({ data: '{"message":"Internal server error","connectionId":"x"}' });
    last().onmessage?.({ data: '{"type":"typing","conversation":"a","who":"agent"}' });
    expect(onFrame).toHaveBeenCalledTimes(1);
  });

  it("adds the ticket only where the address lacks it", () => {
    expect(withTicket("wss://desk/live", "a b")).toBe("wss://desk/live?ticket=a%20b");
    expect(withTicket("wss://desk/live?ticket=x", "x")).toBe("wss://desk/live?ticket=x");
  });
});
