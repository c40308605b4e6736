import { describe, expect, it } from "vitest";
import { emptyDesk, withNews } from "../../console/src/desk/state";
import { emptyThread, withEvents } from "../../console/src/desk/thread";
import {
  base,
  foreign,
  isSameText,
  readingOf,
  unread,
  unreached,
  withAnotherTry,
  withTranslations,
  type Translation,
} from "../../console/src/desk/translations";
import type { DeskEvent } from "../../shared/protocol";
import { received, sent } from "./make";

const translated = (no: number, message: string, language = "en"): DeskEvent => ({
  no,
  at: "2026-01-05T09:01:00Z",
  actor: { kind: "agent", id: "mara" },
  type: "message_translated",
  message,
  language,
  source: "de",
  by: "amazon",
  text: `${message} in ${language}`,
});
const not = (reason: string): Translation => ({ text: "x", source: "de", target: "en", by: "", translated: false, reason, terms: [] });

describe("what is asked for in another language", () => {
  const thread = withEvents(emptyThread, [
    received(1),
    sent(2),
    sent(3, { author_id: "tomas" }),
    sent(4, { author_id: "tomas", original: "mine", original_language: "en" }),
    sent(5, { author: "bot", author_id: "bot" }),
    received(6, { content: { kind: "image", text: " ", attachments: [], data: {} } }),
    received(7),
    translated(8, "m1"),
  ]);

  it("is what others wrote and is not known, the newest first", () => {
    expect(unread(thread, undefined, "en", "mara")).toEqual(["m7", "m5", "m3"]);
  });

  it("is each language by itself", () => {
    expect(unread(thread, undefined, "fr", "mara")).toEqual(["m7", "m5", "m4", "m3", "m1"]);
  });

  it("is nothing that was answered, also with a no", () => {
    expect(unread(thread, { m7: not("no_engine"), m5: not("busy") }, "en", "mara")).toEqual(["m3"]);
  });
});

describe("what is shown of a message", () => {
  const thread = withEvents(emptyThread, [received(1), translated(2, "m1")]);

  it("is the translation on record", () => {
    expect(readingOf(thread, undefined, "m1", "en")).toEqual({ text: "m1 in en", by: "amazon", reason: "", terms: [] });
    expect(readingOf(thread, undefined, "m1", "fr")).toBeNull();
  });

  it("is the answer for those who are not pushed what is on record", () => {
    const asked = { m9: { ...not(""), translated: true, text: "hello", by: "argos", reason: null } };
    expect(readingOf(thread, asked, "m9", "en")?.text).toBe("hello");
  });

  it("says plainly why there is none, but not where there is nothing to translate", () => {
    expect(readingOf(thread, { m9: not("damaged") }, "m9", "en")?.reason).toBe("damaged");
    for (const reason of ["same_language", "wordless"]) expect(readingOf(thread, { m9: not(reason) }, "m9", "en")).toBeNull();
  });
});

describe("another try", () => {
  it("is made of what failed for the moment, and of nothing else", () => {
    const found = { m1: not("busy"), m2: not("no_engine"), ...unreached(["m3"], "en") };
    const before = withTranslations(withNews(emptyDesk, "c1", { events: [received(1)] }), "c1", "en", found);
    expect(Object.keys(withAnotherTry(before, "c1", "en").translations.c1?.en ?? {})).toEqual(["m2"]);
  });
});

describe("a text for the customer", () => {
  it("is foreign in another language, not in another region's or one nobody knows", () => {
    expect([foreign("en", "de"), foreign("pt-BR", "pt"), foreign("", "de")]).toEqual(["en", "", ""]);
  });

  const german = "Der Ersatz ist unterwegs. Den Deckel behalten Sie.";

  it("stays the same text when words are added, changed or taken out of it", () => {
    for (const after of [`${german} Viele Grüße, Mara`, `Guten Tag! ${german}`, german.replace("Deckel", "alten Deckel"), german.slice(26)])
      expect(isSameText(german, after)).toBe(true);
    expect(isSameText("aaaa", "aaaaa")).toBe(true);
  });

  it("is another one when it is emptied, typed over or pasted over", () => {
    for (const after of ["", " ", "W", "We send you a new teapot today."]) expect(isSameText(german, after)).toBe(false);
  });
});

it("languages are known without their region, and others are none", () => {
  expect([base("pt-BR"), base("zh"), base("und"), base(""), base("tlh")]).toEqual(["pt", "zh", "", "", ""]);
});
