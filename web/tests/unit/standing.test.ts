import { describe, expect, it } from "vitest";
import { feelingOf } from "../../console/src/desk/feeling";
import { skillsOf } from "../../console/src/desk/skills";
import { alarmsOf, angerOf, consultedOf, suggestionOf } from "../../console/src/desk/standing";
import * as st from "../../console/src/desk/state";
import { emptyThread, withEvents } from "../../console/src/desk/thread";
import { angry, asked, breached, received, sent, summary } from "./make";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 9, minute)).toISOString();
const system = (no: number) => ({ no, at: at(no), actor: { kind: "system" as const, id: "switchboard" } });
const warned = (no: number) => ({ ...breached(no), type: "sla_warned" as const });
const standing = (...events: Parameters<typeof withEvents>[1]) => alarmsOf(withEvents(emptyThread, events));

describe("promises", () => {
  it("that are broken hide those that are only in danger", () => {
    expect(standing(breached(2, "first_response"), { ...warned(3), clock: "resolution" })).toEqual([{ clock: "first_response", late: true }]);
    expect(standing({ ...warned(3), clock: "resolution" })).toEqual([{ clock: "resolution", late: false }]);
  });

  it("of an answer are settled by an agent's answer, not by the bot's; that of a resolution by none", () => {
    const late = [breached(2, "next_response"), breached(3, "resolution")];
    expect(standing(...late, sent(4, { author: "bot", at: at(4) }))).toHaveLength(2);
    expect(standing(...late, sent(4, { at: at(4) }))).toEqual([{ clock: "resolution", late: true }]);
    expect(standing(...late, { ...system(5), type: "resolved", by: "agent", by_id: "mara" })).toEqual([]);
  });

  it("found broken only after the late answer came are not shown as owed any more", () => {
    expect(standing(sent(4, { at: at(4) }), { ...breached(5, "first_response"), since: at(1) })).toEqual([]);
    expect(standing(sent(4, { at: at(4) }), { ...breached(6, "next_response"), since: at(5) })).toHaveLength(1);
  });

  it("count for a supervisor who was told of the alarm alone, and not once the conversation is resolved", () => {
    const told = st.withNews(st.emptyDesk, "a", { summary: summary("a", { owner: "tomas" }), events: [breached(7, "resolution")] });
    expect(st.alarms(told, "a")).toHaveLength(1);
    expect(st.watched(told)).toEqual(["a"]);
    expect(st.alarms(st.withSummary(told, summary("a", { version: 2, status: "resolved", owner: "" })), "a")).toEqual([]);
  });
});

describe("consults", () => {
  const me = { id: "mara", name: "Mara", presence: "online" as const, capacity: 5, load: 0, queues: [], languages: [] };
  const theirs = (more: object = {}) => summary("a", { owner: "tomas", ...more });
  const desk = st.withNews({ ...st.emptyDesk, me }, "a", { summary: theirs(), events: [asked(2, "mara")], live: true });
  const listed = (state: st.DeskState) => st.asked(state).map((s) => s.id);

  it("list the conversation for the colleague, also when the server's list does not name it, until they are over", () => {
    expect(listed(desk)).toEqual(["a"]);
    expect(listed(st.withInbox(desk, [], st.versions(desk)))).toEqual(["a"]);
    expect(listed(st.withNews(desk, "a", { events: [{ ...asked(3, "mara"), type: "consult_ended" }] }))).toEqual([]);
    expect(listed(st.withSummary(desk, theirs({ version: 2, status: "resolved" })))).toEqual([]);
  });

  it("are over where the server has closed the conversation to us, and begin anew with the next question", () => {
    const closed = st.withClosed(desk, "a");
    expect(listed(closed)).toEqual([]);
    expect(listed(st.withNews(closed, "a", { events: [asked(9, "mara")], live: true }))).toEqual(["a"]);
  });

  it("end for whoever is given the conversation, and stay for the others", () => {
    const thread = withEvents(emptyThread, [
      received(1),
      asked(2, "omar"),
      asked(3, "yun"),
      { ...system(4), type: "assigned", agent: "omar", reason: "transferred", accept_by: null },
    ]);
    expect(consultedOf(thread)).toEqual(["yun"]);
  });
});

describe("anger", () => {
  it("waits for a person's answer, not for the bot's, and comes anew with the next angry message", () => {
    const after = (...events: Parameters<typeof withEvents>[1]) => angerOf(withEvents(emptyThread, [received(1), angry(2, "m1"), ...events]));
    expect(after(sent(3, { author: "bot" }))?.message).toBe("m1");
    expect(after(sent(3))).toBeNull();
    expect(after(sent(3), received(4), angry(5, "m4"))?.message).toBe("m4");
    expect(after({ ...system(3), type: "resolved", by: "bot", by_id: "bot" })).toBeNull();
  });

  it("makes a supervisor's desk ask again for the conversation, which no list of the server names", () => {
    const told = st.withNews(st.emptyDesk, "a", { summary: summary("a", { owner: "tomas" }), events: [angry(7, "m6")] });
    expect(st.watched(told)).toEqual(["a"]);
    expect(st.isAngry(st.withSummary(told, summary("a", { version: 2, status: "resolved", owner: "" })), "a")).toBe(false);
  });
});

describe("a feeling", () => {
  it("is shown from one angry or two unhappy messages on, and called anger only where a message was angry", () => {
    const level = (...values: number[]) => values.reduce((l, v) => l + 0.4 * (v - l), 0);
    expect(feelingOf(0)).toBeNull();
    expect(feelingOf(level(-0.5))).toBeNull();
    expect(feelingOf(level(-0.5, -0.5))).toBe("unhappy");
    expect(feelingOf(level(-1))).toBe("unhappy");
    expect(feelingOf(level(...Array<number>(50).fill(-0.5)))).toBe("unhappy");
    expect(feelingOf(level(-1, -1))).toBe("angry");
  });
});

describe("the bot's suggestion", () => {
  const suggested = (no: number, text: string) => ({ ...system(no), type: "bot_suggested" as const, message: "m1", intent: "order_status", text });

  it("stands until a person answers; a later one takes its place", () => {
    const thread = withEvents(emptyThread, [received(1), suggested(2, "It comes today."), received(3)]);
    expect(suggestionOf(thread)?.text).toBe("It comes today.");
    expect(suggestionOf(withEvents(thread, [suggested(4, "It comes tomorrow.")]))?.text).toBe("It comes tomorrow.");
    expect(suggestionOf(withEvents(thread, [sent(4)]))).toBeNull();
  });
});

describe("skills", () => {
  it("are offered once each, up to the highest level somebody has", () => {
    const agent = (skills?: Record<string, number>) => ({
      id: "x",
      name: "X",
      presence: "online" as const,
      capacity: 1,
      load: 0,
      queues: [],
      languages: [],
      ...(skills ? { skills } : {}),
    });
    expect([...skillsOf([agent({ lenses: 2, refunds: 1 }), agent({ lenses: 4 }), agent()])]).toEqual([
      ["lenses", 4],
      ["refunds", 1],
    ]);
  });
});
