import { describe, expect, it } from "vitest";
import type { Queued } from "../../shared/protocol";
import type { LineEvent } from "../../console/src/desk/items";
import { lineTone, lineWords } from "../../console/src/features/lines";
import { en } from "../../console/src/i18n/en";
import { customerName, translator } from "../../console/src/i18n/translate";
import { zh } from "../../console/src/i18n/zh";

const slots = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();

describe("translations", () => {
  it("fill in the same values in every language", () => {
    const differing = Object.entries(en).filter(([key, text]) => slots(text).join() !== slots(zh[key as keyof typeof zh]).join());
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it("fence off a right-to-left value, so that what surrounds it stays in place", () => {
    expect(translator("en")("thread.typing", { name: "فاطمة" })).toBe("\u2068فاطمة\u2069 is typing");
    expect(translator("en")("thread.typing", { name: "Anna" })).toBe("Anna is typing");
  });
});

describe("a customer", () => {
  it("without a name is called by their channel, in the reader's language", () => {
    expect(customerName(translator("en"), { name: "", channel: "wechat" })).toBe("WeChat customer");
    expect(customerName(translator("zh"), { name: " ", channel: "wechat" })).toBe("微信客户");
    expect(customerName(translator("en"), { name: "", channel: "" })).toBe("Unknown customer");
  });

  it("with a name is called by it", () => {
    expect(customerName(translator("en"), { name: "王小雨", channel: "wechat" })).toBe("王小雨");
  });
});

describe("lines", () => {
  const base = { no: 1, at: "2026-01-05T09:00:00Z", actor: { kind: "system" as const, id: "switchboard" } };
  const clock = (iso: string) => iso.slice(11, 16);
  const said = (event: LineEvent) =>
    (["en", "zh"] as const).map((language) => lineWords(event, translator(language), (id) => id, clock));
  const queued = (reason: string): LineEvent => ({ ...base, type: "queued", queue: "returns", priority: 5, reason });

  it("say why a conversation waits, in plain words", () => {
    const [english, chinese] = said(queued("redriven"));
    expect(english).toMatch(/supervisor repaired a message.*returns/);
    expect(chinese).toMatch(/修复.*returns/);
  });

  it("say for a reason of a newer server at least where it waits", () => {
    expect(said(queued("full_moon"))).toEqual(["Waiting in returns", "在队列 returns 中等待"]);
  });

  it("tell what a rule did", () => {
    expect(said({ ...base, type: "rule_fired", rule: "refund" })).toEqual(["Rule refund applied", "规则 refund 已执行"]);
    expect(said({ ...base, type: "tagged", tags: ["money", "vip"] })[0]).toBe("Tagged money, vip");
    expect(said({ ...base, type: "untagged", tags: ["money"] })[0]).toBe("No longer tagged money");
    expect(said({ ...base, type: "priority_set", priority: 1, reason: "rule" })[0]).toBe("Priority is now 1 of 9");
    expect(said({ ...base, type: "webhook_requested", endpoint: "crm" })[0]).toBe("crm is told of it");
  });

  it("tell whom to call back, and of a wait that was moved", () => {
    const asks: LineEvent = { ...base, type: "callback_requested", number: "+4915100000001" };
    expect(said(asks)).toEqual(["Customer asks to be called back: +4915100000001", "客户要求回电：+4915100000001"]);
    expect(said(queued("overflow"))[0]).toBe("Waited too long · moved to returns");
  });

  it("tell which promise is in danger or broken, and when it is due", () => {
    const alarm = { ...base, clock: "next_response" as const, due: "2026-01-05T09:10:00Z", since: base.at };
    expect(said({ ...alarm, type: "sla_warned" })).toEqual(["Next answer due soon (09:10)", "后续回复即将超时（时限 09:10）"]);
    expect(said({ ...alarm, type: "sla_breached", clock: "resolution" })[0]).toBe("Resolution late (was due 09:10)");
    expect(lineTone({ ...alarm, type: "sla_breached" })).toBe("bad");
    expect(lineTone(queued("sla_breach"))).toBeUndefined();
  });

  it("tell of absence, and why a late conversation moved", () => {
    expect(said(queued("after_hours"))[0]).toBe("Nobody is there at this hour · waiting in returns");
    expect(said(queued("sla_breach"))).toEqual(["A promise was broken · moved to returns", "服务承诺已超时 · 转入队列 returns"]);
  });

  it("name the skill only where somebody handed on to it", () => {
    const requires = { kind: "lenses", level: 3 };
    expect(said({ ...(queued("transferred") as Queued), requires })[0]).toBe("Handed to whoever has lenses, level 3 or more · returns");
    expect(said({ ...(queued("policy") as Queued), requires })[0]).toBe("Handed over to returns");
    expect(said({ ...(queued("transferred") as Queued), requires: { kind: "refund", level: 0 } })[0]).toBe("Waiting in returns");
  });

  it("tell who ended a consult", () => {
    expect(said({ ...base, type: "consult_ended", agent: "omar", by: "mia" })[0]).toBe("Omar is no longer asked");
    expect(said({ ...base, type: "consult_ended", agent: "omar", by: "omar" })[0]).toBe("Omar ended the consult");
  });

  it("tell what the bot served, and how that ended, in plain words; what a company named itself by its name", () => {
    const started: LineEvent = { ...base, type: "flow_started", flow: "order_cancel", version: 1, message: "m1", digression: false };
    expect(said(started)).toEqual(["Bot · Cancel order: started", "机器人 · 取消订单：开始"]);
    expect(said({ ...started, digression: true })[0]).toBe("Bot · Cancel order: started in between");
    const ended: LineEvent = { ...base, type: "flow_ended", flow: "order_cancel", outcome: "timed_out" };
    expect(said(ended)).toEqual(["Bot · Cancel order: no answer from the customer", "机器人 · 取消订单：客户未再回复"]);
    const done: LineEvent = { ...base, type: "action_done", call: "a1", flow: "order_status", action: "order_lookup", outcome: "ok", data: {} };
    expect(said(done)).toEqual(["Bot · Order lookup: done", "机器人 · 查询订单：已完成"]);
    expect(said({ ...done, action: "tea_blend", outcome: "sold_out" })[0]).toBe("Bot · Tea blend: Sold out");
    expect(said({ ...started, flow: "gift_wrapping" })[0]).toBe("Bot · Gift wrapping: started");
  });

  it("have words for every flow that comes with the system", () => {
    const shipped =
      "order_status delivery_problem address_change order_cancel order_change refund_request refund_status return_request " +
      "exchange_request invoice_request subscription account_change stock_availability";
    expect(shipped.split(" ").filter((flow) => !(`intent.${flow}` in en))).toEqual([]);
  });

  it("tell why the bot handed over", () => {
    expect(said(queued("anger"))[0]).toBe("Customer is angry · handed over to returns");
    expect(said(queued("rollout"))[0]).toBe("Left to people · handed over to returns");
    expect(["vip", "misses", "failed"].map((reason) => said(queued(reason))[0])).not.toContain("Waiting in returns");
  });

  it("tell of the bot's question and of an overdue answer", () => {
    expect(said({ ...base, type: "not_understood", message: "m1" })[0]).toBe("The bot asked what was meant");
    expect(said({ ...base, type: "first_response_due", due: base.at })[0]).toBe("First answer is overdue");
  });
});
