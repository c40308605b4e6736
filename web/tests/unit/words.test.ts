import { describe, expect, it } from "vitest";
import { en } from "../../console/src/i18n/en";
import { zh } from "../../console/src/i18n/zh";

const slots = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();

describe("translations", () => {
  it("fill in the same values in every language", () => {
    const differing = Object.entries(en).filter(([key, text]) => slots(text).join() !== slots(zh[key as keyof typeof zh]).join());
    expect(differing.map(([key]) => key)).toEqual([]);
  });
});
