/** Takes a picture of every screen in each of its states: light and dark, wide, narrow and on a phone, in English and in Chinese. Needs a
 * build (npm run build) and Chromium. `node tests/look/screens.mjs phone` takes only those whose name has "phone", and
 * `node tests/look/screens.mjs phone console` of these the console's alone (console, shop, sandbox). */

import { existsSync } from "node:fs";
import { expect, look, open, shot, signIn } from "./browser.mjs";
import { startDesk } from "./desk.mjs";
import { sandbox } from "./sandbox.mjs";
import { team } from "./seed.mjs";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 1024, height: 720 };
const PHONE = { width: 390, height: 780 };
const VARIANTS = [
  ["wide-light-en", WIDE, "light", "en-GB"],
  ["wide-dark-zh", WIDE, "dark", "zh-CN"],
  ["narrow-light-zh", NARROW, "light", "zh-CN"],
  ["narrow-dark-en", NARROW, "dark", "en-GB"],
  ["phone-light-en", PHONE, "light", "en-GB"],
  ["phone-dark-zh", PHONE, "dark", "zh-CN"],
].filter(([name]) => name.includes(process.argv[2] ?? ""));

const pages = process.argv[3] ?? "console shop sandbox";

const DISCONNECTED = '[data-testid="connection-state"]:not([data-state="open"])';

/** How much of the thread is to be seen: at least three lines of it, whatever stands below. */
async function keepsThread(p, what) {
  const lines = await p.getByRole("region").filter({ has: p.getByTestId("thread") }).evaluate((el) => {
    const inner = getComputedStyle(el);
    return (el.clientHeight - parseFloat(inner.paddingBottom)) / parseFloat(inner.lineHeight);
  });
  const { bottom, tall } = await p.getByTestId("send").evaluate((el) => ({ bottom: el.getBoundingClientRect().bottom, tall: innerHeight }));
  expect(`${what}: three lines of the thread are in sight (${lines.toFixed(1)}), and the button that sends`, lines >= 3 && bottom <= tall);
}

/** At the width that a phone has when it is magnified, too, nothing in the composer is out of reach. */
async function fitsSmall(p, what) {
  const before = p.viewportSize();
  await p.setViewportSize({ width: 320, height: before.height });
  const { right, width } = await p.getByTestId("send").evaluate((el) => ({
    right: el.getBoundingClientRect().right,
    width: document.documentElement.scrollWidth,
  }));
  expect(`${what}: at 320 px nothing is wider than the window (${width} px)`, width <= 320 && right <= 320);
  await p.setViewportSize(before);
}

async function console_(browser, later, name, options) {
  const picture = (p, state) => shot(p, `${state}-${name}`);
  const phone = options.viewport === PHONE;
  const empty = await startDesk(team);
  later(empty.stop);
  const e = await open(browser, options);
  await e.goto(`${empty.address}/console/`);
  await e.getByTestId("login-username").waitFor();
  await picture(e, "sign-in");
  await e.getByTestId("login-username").fill("mara");
  await e.getByTestId("login-password").fill("wrong");
  await e.getByTestId("login-submit").click();
  await e.getByTestId("login-error").filter({ hasText: /./ }).waitFor();
  await picture(e, "sign-in-wrong");
  await signIn(e, empty);
  await picture(e, "desk-empty");
  empty.parked = [];
  await e.goto(`${empty.address}/console/#/parked`);
  await picture(e, "parked-empty");
  await e.goto(`${empty.address}/console/#/c/nowhere`);
  await picture(e, "conversation-unknown");
  await e.context().close();

  const desk = await startDesk();
  later(desk.stop);
  const p = await open(browser, options);
  const at = (route) => p.goto(`${desk.address}/console/#${route}`);
  const thread = (text) => p.getByTestId("thread").getByText(text).waitFor();
  await signIn(p, desk);
  await picture(p, "inbox");
  await at("/usage");
  await p.getByTestId("usage").waitFor();
  await picture(p, "usage");
  await at("/c/cana-000001");
  await thread("one tin is dented");
  await picture(p, "conversation-not-delivered");
  desk.faults.replies = true;
  await p.getByTestId("resend-m8").click();
  await p.getByTestId("toast-error").waitFor();
  await picture(p, "toast-error");
  await p.getByTestId("toast-error").getByRole("button").click();
  await p.getByTestId("composer").fill("This one is refused by the server.");
  await p.getByTestId("composer").press("Enter");
  await p.locator('[data-testid^="retry-"]').waitFor();
  desk.faults.replies = false;
  desk.push("mara", { type: "typing", conversation: "cana-000001", who: "customer" });
  await p.getByTestId("note-toggle").click();
  await p.getByTestId("composer").fill("She prefers WhatsApp in the evening.\nNot before six.");
  await picture(p, "conversation-refused-typing-note");
  await at("/c/cana-000001");
  if (await p.getByTestId("details").isVisible()) await p.getByTestId("details").click();
  await p.getByTestId("why").locator("summary").click();
  await p.getByTestId("receipt").waitFor();
  await p.getByTestId("receipt-again").scrollIntoViewIfNeeded();
  await picture(p, "why");
  if (await p.getByTestId("details").isVisible()) await p.keyboard.press("Escape");
  await at("/c/cros-000001");
  await p.getByTestId("handover").getByText("SB-10187").first().waitFor();
  await picture(p, "conversation-handed-over");
  await p.getByTestId("handover-angry").click();
  await picture(p, "conversation-angry-message");
  await p.getByTestId("composer").fill("I am a person, Rosa, and I am sorry. I am looking into it now.");
  await p.getByTestId("composer").press("Enter");
  await p.locator('[data-testid="handover-toggle"][aria-expanded="false"]').waitFor();
  await picture(p, "conversation-handed-over-folded");
  await at("/c/ctom-000001");
  await p.getByTestId("suggestions").waitFor();
  const suggestions = p.getByTestId("suggestions-toggle");
  const unfolded = (how) => p.locator(`[data-testid="suggestions-toggle"][aria-expanded="${how}"]`).waitFor();
  expect(`${name}: suggestions begin folded on a phone only`, ((await suggestions.getAttribute("aria-expanded")) === "false") === phone);
  if (phone) await suggestions.click();
  await p.getByTestId("composer").fill("Hello Tomoko!");
  await picture(p, "conversation-suggestion");
  await p.getByTestId("suggestion-use").click();
  await picture(p, "conversation-suggestion-used");
  await p.getByTestId("composer").fill("Ihre Karte 4111 1111 1111 1111 und {{customer_name}}");
  await p.getByTestId("composer").press("Enter");
  await p.getByTestId("remark-card").waitFor();
  await picture(p, "composer-held");
  if (phone) await fitsSmall(p, `${name}, held`);
  await p.getByTestId("composer").fill("");
  desk.faults.draft = "no_source";
  await p.getByTestId("draft-ask").click();
  await p.getByTestId("draft-refused").waitFor();
  await picture(p, "conversation-draft-refused");
  delete desk.faults.draft;
  await p.getByTestId("draft-ask").click();
  await p.getByTestId("draft").waitFor();
  await unfolded("false");
  await p.getByTestId("draft-source-2").click();
  await keepsThread(p, `${name}, beside a draft`);
  await picture(p, "conversation-draft");
  await suggestions.click();
  await keepsThread(p, `${name}, beside a draft and suggestions`);
  await picture(p, "conversation-draft-suggestions");
  await p.getByTestId("draft-dismiss").click();
  await p.getByTestId("draft-ask").click();
  await p.getByTestId("draft").waitFor();
  await unfolded("false");
  await p.getByTestId("draft-dismiss").click();
  await unfolded("true"); // as they were left
  if (phone) await suggestions.click();
  await p.getByTestId("composer").fill("");
  await p.getByTestId("summary-open").click();
  await p.getByTestId("summary-write").click();
  await p.getByTestId("draft-source-1").click();
  await p.getByTestId("summary-written").getByText("Fell Garden").waitFor();
  await picture(p, "summary-written");
  await p.keyboard.press("Escape");
  await at("/c/cjan-000001");
  await thread("Teekanne");
  await p.getByTestId("translation").waitFor();
  await picture(p, "conversation-other-language");
  await p.getByTestId("translate-language").selectOption("en");
  await thread("a crack in its lid");
  await p.getByTestId("untranslated-m112").waitFor();
  await p.getByTestId("original-m110").click();
  await thread("Riss im Deckel");
  await p.getByTestId("original-m110").click();
  await p.getByTestId("original-m111").click();
  await thread("a photo of the lid");
  await p.getByTestId("composer").fill("We send you a new teapot today. It will be with you on Thursday.");
  await p.getByTestId("composer").press("Enter");
  await p.getByTestId("reply-translation-text").waitFor();
  await picture(p, "conversation-translated");
  await p.getByTestId("composer").fill("Please keep the broken one, Rückschein and all.");
  await p.getByTestId("composer").press("Enter");
  await p.locator('[data-testid="reply-translation"][data-untranslated="true"]').waitFor();
  await picture(p, "conversation-not-translated");
  if (phone) await fitsSmall(p, `${name}, not translated`);
  await p.getByTestId("composer").fill("");
  const translates = () => p.getByText(/^(Translate|翻译)$/).and(p.getByTestId("send")).count();
  await p.getByTestId("draft-ask").click();
  await p.getByTestId("draft-use").click();
  await p.getByTestId("composer").press("End");
  await p.getByTestId("composer").pressSequentially(" Viele Grüße, Mara");
  const asDrafted = await translates();
  await at("/c/cana-000001");
  await thread("one tin is dented");
  await at("/c/cjan-000001");
  await p.getByTestId("translation").waitFor();
  expect(`${name}: a draft in the customer's language is not offered for translation, nor when it was changed`, asDrafted + (await translates()) === 0);
  await picture(p, "conversation-draft-used");
  await p.getByTestId("composer").fill("On its way.");
  expect(`${name}: own words in its place are`, (await translates()) === 1);
  await p.getByTestId("composer").fill("");
  await p.getByTestId("composer").press("/");
  await p.getByTestId("macro-search").waitFor();
  await p.getByTestId("macro-order_looked_up").click();
  await p.getByTestId("macro-missing").waitFor();
  await picture(p, "macro-missing");
  await p.getByTestId("macro-apologise").click();
  await p.getByTestId("macro-preview").getByText("apology").waitFor();
  await picture(p, "macro");
  await p.keyboard.press("Escape");
  await p.getByTestId("summary-open").click();
  await p.getByTestId("summary-note").waitFor();
  await picture(p, "summary");
  await p.keyboard.press("Escape");
  await at("/c/cros-000001");
  await p.getByTestId("summary-open").click();
  await p.getByTestId("summary").getByText("SB-10187").first().waitFor();
  await picture(p, "summary-handed-over");
  await p.keyboard.press("Escape");
  await at("/c/cida-000001");
  await thread("LM-20502 not here");
  await picture(p, "conversation-promise-broken");
  await p.getByTestId("transfer").click();
  await p.getByTestId("transfer-agent-tomas").click();
  await picture(p, "give");
  await p.keyboard.press("Escape");
  await at("/c/cpet-000001");
  await p.getByTestId("end-consult-mara").waitFor();
  await picture(p, "conversation-asked");
  await at("/");
  const now = new Date().toISOString();
  desk.commit("cmei-000001", [{ type: "sla_warned", clock: "first_response", since: now, due: new Date(Date.now() + 120_000).toISOString() }]);
  desk.commit("cpet-000001", [{ type: "sla_breached", clock: "next_response", since: now, due: now }]);
  await p.getByTestId("toast-late").waitFor();
  await picture(p, "toast-promises");
  await p.getByTestId("toast-late").getByRole("button").click();
  await p.getByTestId("toast-warn").getByRole("button").click();
  desk.commit("cpet-000001", [
    { type: "message_received", message: "m83", content: desk.content("Three weeks for a simple answer? I have had enough of this."), actor: { kind: "customer", id: "x" } },
    { type: "intent_detected", message: "m83", intent: "complaint", confidence: 0.9, language: "en", sentiment: "angry", anger: 0.95 },
    { type: "anger_heard", message: "m83", anger: 0.95 },
  ]);
  await p.getByTestId("toast-anger").waitFor();
  await picture(p, "toast-anger");
  await p.getByTestId("toast-anger").getByRole("button").click();
  await at("/c/cben-000001");
  await p.getByTestId("thread-accept").waitFor();
  await picture(p, "conversation-offered");
  await at("/c/cfat-000001");
  await thread("شكراً");
  await p.getByTestId("composer").fill("على الرحب والسعة! LM-20431.");
  await picture(p, "conversation-arabic");
  await p.getByTestId("composer").fill("");
  await at("/c/cwei-000001");
  await thread("上海");
  await picture(p, "conversation-chinese");
  if (await p.getByTestId("details").isVisible()) {
    await p.getByTestId("details").click();
    await picture(p, "conversation-details");
    await p.keyboard.press("Escape");
    expect(`${name}: Escape closes the customer's details`, await p.getByTestId("contact").isHidden());
  }
  await p.getByTestId("transfer").click();
  await p.getByTestId("transfer-agent-tomas").click();
  await picture(p, "transfer");
  await p.getByTestId("transfer-skill-refunds").click();
  await p.getByTestId("transfer-level").selectOption("4");
  await picture(p, "transfer-skill");
  await p.keyboard.press("Escape");
  await p.getByTestId("consult").click();
  await p.getByTestId("consult-agent-yun").click();
  await p.getByTestId("consult-question").fill("Do we change the address when it is packed already?");
  await picture(p, "consult");
  await p.getByTestId("consult-submit").click();
  await p.getByTestId("end-consult-yun").waitFor();
  await picture(p, "conversation-consult");
  await p.getByTestId("toast-done").getByRole("button").click();
  await p.getByTestId("resolve").click();
  await p.getByTestId("toast-done").waitFor();
  await picture(p, "toast-success");
  await p.getByTestId("toast-done").getByRole("button").click();
  await at("/c/cmei-000001");
  await p.getByTestId("take").waitFor();
  await picture(p, "conversation-waiting");
  desk.faults.lines = false;
  desk.cut();
  await p.locator(DISCONNECTED).waitFor();
  await p.waitForTimeout(900); // it is shown only when it lasts
  await picture(p, "connection-lost");
  desk.faults.lines = true;
  await at("/parked");
  await p.getByTestId("parked-p1").waitFor();
  await picture(p, "parked");
  await at("/parked/p1");
  await p.getByTestId("parked-text").waitFor();
  await picture(p, "parked-chosen");
  await p.getByTestId("parked-discard").click();
  await picture(p, "parked-discard");
  await p.context().close();
}

async function shop(browser, later, name, options) {
  const picture = (p, state) => shot(p, `${state}-${name}`);
  const desk = await startDesk();
  later(desk.stop);
  const p = await open(browser, options);
  await p.goto(`${desk.address}/shop/`);
  await p.getByTestId("sb-open").waitFor();
  await picture(p, "shop");
  await p.getByTestId("sb-open").click();
  await p.getByTestId("sb-state").waitFor({ state: "hidden" });
  await picture(p, "shop-chat-empty");
  const say = async (text) => {
    await p.getByTestId("sb-input").fill(text);
    await p.getByTestId("sb-input").press("Enter");
    await p.getByTestId("sb-messages").getByText(text).waitFor();
    if (desk.faults.lines) await p.locator('.m [data-state="sending"]').waitFor({ state: "detached" });
  };
  await say("Do you have the High Oolong?");
  await p.getByTestId("sb-messages").getByText("A colleague").waitFor();
  const visitor = [...desk.ledgers.values()].at(-1).summary;
  const answer = (message, text) =>
    desk.commit(visitor.id, [{ type: "message_sent", message, author: "agent", author_id: "mara", content: desk.content(text) }]);
  answer("v1", "We do. It comes in tins of 75 g, and as a sampler of four times ten grams: https://larkmoor.example/tea/high-oolong-sampler-4x10g");
  await say("您好，可以寄到上海吗？大概要多久？");
  answer("v2", "可以，七到十天。");
  await say("مرحبا! هل الشحن إلى الرباط ممكن؟ الطلب LM-20431");
  answer("v3", "نعم، خلال 5 أيام.");
  answer("v4", "Shall I add one to your basket?");
  await p.getByTestId("sb-messages").getByText("your basket").waitFor();
  desk.push(visitor.contact, { type: "typing", conversation: visitor.id, who: "agent" });
  await p.getByTestId("sb-typing").waitFor();
  await p.getByTestId("sb-input").fill("Yes please.\nAnd a tin of the Darjeeling,\nif there is one left.");
  await picture(p, "shop-chat-long");
  await p.getByTestId("sb-input").fill("");
  desk.faults.lines = false;
  desk.cut();
  await p.getByTestId("sb-state").waitFor();
  await say("Yes please");
  await picture(p, "shop-chat-offline");
  await p.route("**/tickets", () => {}); // never answered
  await p.evaluate(() => window.dispatchEvent(new Event("online")));
  await p.locator('[data-testid="sb-state"][data-state="connecting"]').waitFor();
  await picture(p, "shop-chat-reconnecting");
  await p.unroute("**/tickets");
  await p.getByTestId("sb-close").click();
  answer("v5", "It is in your basket.");
  desk.faults.lines = true;
  await p.evaluate(() => window.dispatchEvent(new Event("online")));
  await p.locator('[data-testid="sb-open"] .badge').waitFor();
  await picture(p, "shop-unread");
  await p.context().close();
}

async function channelSandbox(browser, name, options, box) {
  const p = await open(browser, options);
  await p.goto(box.address);
  const phone = p.locator('.column[data-channel="whatsapp"]');
  await phone.locator(".title").filter({ hasText: /./ }).waitFor();
  await p.locator("#live.on").waitFor();
  if (!(await p.locator(".entry").count())) {
    for (const [channel, text] of [
      ["whatsapp", "My parcel has not come yet, order LM-20418"],
      ["whatsapp", "مرحبا، أين طلبي رقم LM-20431؟"],
      ["wechat", "你好，我的包裹还没到"],
    ]) {
      await p.locator(`.column[data-channel="${channel}"] .text`).fill(text);
      await p.locator(`.column[data-channel="${channel}"] .text`).press("Enter");
      await p.locator(`.column[data-channel="${channel}"]`).getByText(text).waitFor();
    }
    const customer = await phone.locator(".customer").inputValue();
    await box.answer(customer, "Thank you. It left us on Monday and comes tomorrow: https://larkmoor.example/parcels/LM-20418");
    await box.answer(customer, "أهلاً! طلبك LM-20431 يصل غداً.");
    await phone.getByText("comes tomorrow").waitFor();
  }
  await shot(p, `sandbox-${name}`);
  await phone.locator(".more").click();
  await p.locator(".entry summary").first().click();
  await shot(p, `sandbox-opened-${name}`);
  await p.context().close();
}

await look(async (browser, later) => {
  const box = pages.includes("sandbox") && existsSync(sandbox.python) ? await sandbox.start() : null;
  if (box) later(box.stop);
  for (const [name, viewport, colorScheme, locale] of VARIANTS) {
    const options = { viewport, colorScheme, locale, hasTouch: viewport === PHONE, isMobile: viewport === PHONE };
    console.log(name);
    if (pages.includes("console")) await console_(browser, later, name, options);
    if (pages.includes("shop")) await shop(browser, later, name, options);
    if (box) await channelSandbox(browser, name, options, box);
  }
});
