/** Works at the desk and in the shop in a real browser, against the little desk, and checks what people rely on. Needs a build
 * (npm run build) and Chromium (CHROMIUM names it, else /usr/bin/chromium). Pictures: tests/look/out. */

import { expect, look, open, shot, signIn as enter } from "./browser.mjs";
import { startDesk } from "./desk.mjs";

const thread = (p) => p.getByTestId("thread");
const focused = (p) => p.evaluate(() => document.activeElement?.dataset.testid ?? document.activeElement?.tagName);
/** Whether the focus comes to the conversation. What took it along may be gone by the push before the answer to the click is there. */
const inMain = (p) =>
  p.waitForFunction(() => document.activeElement?.tagName === "MAIN").then(
    () => true,
    () => false,
  );
const focus = (p, id) => p.waitForFunction((wanted) => document.activeElement?.dataset.testid === wanted, id);

await look(async (browser, later) => {
  const desk = await startDesk();
  later(desk.stop);
  const page = (options) => open(browser, options);
  const signIn = async (p) => {
    await enter(p, desk);
    await p.getByTestId("presence-online").click();
  };
  const p = await page();
  await p.goto(`${desk.address}/console/`);
  await p.getByTestId("login-username").waitFor();
  await shot(p, "01-sign-in");
  await p.getByTestId("login-username").fill("mara");
  await p.getByTestId("login-password").fill("wrong");
  await p.getByTestId("login-submit").click();
  await p.getByText("User name or password is wrong.").waitFor();
  await shot(p, "02-sign-in-wrong");
  await p.getByTestId("login-password").fill("first");
  await p.getByTestId("login-submit").click();
  await p.getByTestId("login-new-password").fill("A-new-passphrase-1");
  await p.getByTestId("login-repeat-password").fill("another");
  await p.getByTestId("login-submit").click();
  expect("two different new passwords are refused", await p.getByText("The two passwords differ.").isVisible());
  await shot(p, "03-new-password");

  await signIn(p);
  await p.getByTestId("conversation-cben-000001").waitFor();
  await shot(p, "04-inbox-offer");

  await p.getByTestId("conversation-cana-000001").click();
  await thread(p).getByText("one tin is dented").waitFor();
  expect("a failed message says so and offers to resend", await p.getByTestId("resend-m8").isVisible());
  await p.getByTestId("contact").getByText("Tier").waitFor();
  await shot(p, "05-conversation");

  await p.getByTestId("composer").fill("Your new tin is on its way, Anna.");
  await p.getByTestId("composer").press("Enter");
  await p.locator('[data-status="delivered"]').last().waitFor();
  expect("a reply is shown once", (await thread(p).getByText("Your new tin is on its way").count()) === 1);
  await p.getByTestId("resend-m8").click();
  await p.getByTestId("resend-m8").waitFor({ state: "detached" });
  expect("the resent message is marked as such", await thread(p).getByText("Sent again below").isVisible());

  desk.faults.replies = true;
  await p.getByTestId("composer").fill("This one is refused by the server.");
  await p.getByTestId("send").click();
  await p.getByText("Not sent:").waitFor();
  desk.push("mara", { type: "typing", conversation: "cana-000001", who: "customer" });
  await p.getByTestId("typing").waitFor();
  await p.getByTestId("note-toggle").click();
  await p.getByTestId("composer").fill("Customer prefers WhatsApp in the evening.");
  await shot(p, "06-failed-typing-note");
  desk.faults.replies = false;
  await p.locator('[data-testid^="retry-"]').click();
  await p.locator('[data-testid^="unsent-"]').waitFor({ state: "detached" });
  expect("a refused message goes out on a further try", (await thread(p).getByText("This one is refused").count()) === 1);

  // What is not pushed is fetched: three events are lost on their way, the fourth shows the gap.
  desk.faults.pushes = false;
  for (const n of [1, 2, 3])
    desk.commit("cana-000001", [
      { type: "message_received", message: `lost${n}`, content: desk.content(`Lost ${n}`), actor: { kind: "customer", id: "x" } },
    ]);
  desk.faults.pushes = true;
  desk.commit("cana-000001", [
    { type: "message_received", message: "seen", content: desk.content("Seen"), actor: { kind: "customer", id: "x" } },
  ]);
  await thread(p).getByText("Lost 3").waitFor();
  const texts = await thread(p)
    .getByText(/^(Lost \d|Seen)$/)
    .allTextContents();
  expect("a gap is filled, in order", texts.join() === "Lost 1,Lost 2,Lost 3,Seen");

  desk.faults.large = true;
  desk.commit("cana-000001", [
    { type: "message_received", message: "large", content: desk.content("Too large for a frame"), actor: { kind: "customer", id: "x" } },
  ]);
  await thread(p).getByText("Too large for a frame").waitFor();
  expect("what is too large to be pushed is fetched", true);
  desk.faults.large = false;

  desk.cut();
  await p.locator('[data-testid="connection-state"]:not([data-state="open"])').waitFor({ state: "attached" });
  desk.commit("cana-000001", [
    {
      type: "message_received",
      message: "offline",
      content: desk.content("Said while you were cut off"),
      actor: { kind: "customer", id: "x" },
    },
  ]);
  await thread(p).getByText("Said while you were cut off").waitFor();
  expect("after a cut the desk is connected again", desk.connected("mara") === 1);

  await p.getByTestId("transfer").click();
  await p.getByTestId("transfer-agent-tomas").click();
  await shot(p, "07-transfer");
  for (const [how, close] of [
    ["Escape", () => p.keyboard.press("Escape")],
    ["Cancel", () => p.getByTestId("transfer-form").getByText("Cancel").click()],
    ["its cross", () => p.getByRole("dialog").getByLabel("Close").click()],
  ]) {
    if (how !== "Escape") await p.getByTestId("transfer").press("Enter");
    await p.getByTestId("transfer-form").waitFor();
    await close();
    await p.getByTestId("transfer-form").waitFor({ state: "detached" });
    expect(`a dialog closed by ${how} gives the focus back`, (await focused(p)) === "transfer");
  }

  await p.getByTestId("transfer").click();
  await p.getByTestId("transfer-skill-refunds").click();
  expect("nobody is asked for more of a skill than somebody has", (await p.getByTestId("transfer-level").locator("option").count()) === 5);
  await p.keyboard.press("Escape");
  await p.getByTestId("consult").click();
  await p.getByTestId("consult-agent-olu").click();
  await p.getByTestId("consult-question").fill("Who packs these?");
  await p.getByTestId("consult-submit").click();
  await thread(p).getByText("Who packs these?").waitFor();
  expect("after a consult has begun, the focus is where it began", (await focused(p)) === "consult");
  await p.getByTestId("end-consult-olu").press("Enter");
  await p.getByTestId("consults").waitFor({ state: "detached" });
  expect("after a consult is ended, the focus stays in the conversation", await inMain(p));
  await p.getByTestId("why").locator("summary").click();
  await p.getByTestId("receipt").getByText("offline, away or full").first().waitFor();
  expect("the receipt says that it holds", (await p.getByTestId("receipt-again").getAttribute("data-again")) === "same");
  desk.commit("cpet-000001", [{ type: "consult_started", agent: "mara", by: "tomas", question: "And if it was opened?" }]);
  await p.getByTestId("toast-info").getByText("A colleague asks you about Petra Novák.").waitFor();
  await p.getByTestId("toast-info").getByRole("button").click();
  expect("who asks me is listed", await p.getByTestId("inbox-asked").getByTestId("conversation-cpet-000001").isVisible());

  await p.getByTestId("conversation-cros-000001").click();
  const handover = p.getByTestId("handover");
  await handover.getByText("no answer; may have been done").waitFor();
  expect("a hand-over says what nobody knows the outcome of", await p.getByTestId("handover-doubt").isVisible());
  await p.getByTestId("handover-angry").press("Enter");
  const shown = await p.evaluate(() => document.activeElement?.textContent ?? "");
  expect("the angry message is shown where it stands", shown.includes("Is anybody there?"));
  await shot(p, "07b-handed-over");
  await p.getByTestId("handover-toggle").click();
  await p.getByTestId("conversation-cana-000001").click();
  await p.getByTestId("conversation-cros-000001").click();
  await p.locator('[data-testid="handover-toggle"][aria-expanded="false"]').waitFor();
  expect("a hand-over that was folded stays folded", true);
  await p.getByTestId("handover-toggle").click();
  await p.getByTestId("inbox-mine").getByTestId("conversation-cros-000001").getByTestId("anger").waitFor();
  await p.getByTestId("composer").fill("I am sorry, Rosa. I am looking into it now.");
  await p.getByTestId("composer").press("Enter");
  await p.locator('[data-testid="handover-toggle"][aria-expanded="false"]').waitFor();
  const card = p.getByTestId("inbox-mine").getByTestId("conversation-cros-000001");
  await card.getByTestId("anger").waitFor({ state: "detached" });
  expect("an answer folds the hand-over and settles the alarm; the feeling stays", await card.getByTestId("feeling").isVisible());

  await p.getByTestId("conversation-ctom-000001").click();
  await p.getByTestId("composer").fill("Hello Tomoko!");
  await p.getByTestId("suggestion-use").press("Enter");
  const composed = await p.getByTestId("composer").inputValue();
  expect("a suggestion is added to what was begun", composed.startsWith("Hello Tomoko!\nThe Fell Garden"));
  expect("and the focus is where it is changed or sent", (await focused(p)) === "composer");
  await p.getByTestId("composer").fill("");
  await p.reload();
  await p.getByTestId("composer").waitFor();
  expect("a suggestion that was used is not made again", (await p.getByTestId("suggestion").count()) === 0);
  const suggests = (no) => ({ type: "bot_suggested", message: "m97", intent: "stock_availability", text: `Suggestion ${no}` });
  desk.commit("ctom-000001", [suggests(2)]);
  await p.getByTestId("note-toggle").click();
  await p.getByTestId("composer").fill("Only for us.");
  await p.getByTestId("suggestion-use").click();
  expect("a note that was begun stays a note", (await p.getByTestId("note-toggle").getAttribute("aria-pressed")) === "true");
  await p.getByTestId("composer").fill("");
  desk.commit("ctom-000001", [suggests(3)]);
  await p.getByTestId("suggestion-dismiss").press("Enter");
  await p.getByTestId("suggestion").waitFor({ state: "detached" });
  expect("a dismissed suggestion leaves the reply as it is", (await p.getByTestId("composer").inputValue()) === "");

  desk.commit("cpet-000001", [
    { type: "message_received", message: "m83", content: desk.content("I have had enough of this!"), actor: { kind: "customer", id: "x" } },
    { type: "intent_detected", message: "m83", intent: "complaint", confidence: 0.9, language: "en", sentiment: "angry", anger: 0.95 },
    { type: "anger_heard", message: "m83", anger: 0.95 },
  ]);
  await p.getByTestId("toast-anger").getByText("Petra Novák is angry: “I have had enough of this!”").waitFor();
  await p.getByTestId("toast-anger").getByTestId("toast-open").click();
  await thread(p).getByText("I have had enough of this!").waitFor();
  expect("the alarm of an angry customer leads to what they wrote", p.url().endsWith("/c/cpet-000001"));
  await p.getByTestId("mood-m83").waitFor();

  await p.getByTestId("conversation-cmei-000001").click();
  await p.getByTestId("take").waitFor();
  await shot(p, "08-waiting");
  desk.commit("cmei-000001", [{ type: "sla_breached", clock: "first_response", since: new Date().toISOString(), due: new Date().toISOString() }]);
  await p.getByTestId("toast-late").getByText("Mei Tanaka: First answer late").waitFor();
  await p.getByTestId("inbox-waiting").getByTestId("conversation-cmei-000001").getByTestId("alarm-first_response").waitFor();
  expect("a broken promise is told of, marked in the list and on the record", await thread(p).getByText("First answer late (was due").isVisible());
  await p.getByTestId("toast-late").getByRole("button").click();
  await p.getByTestId("take").click();
  await p.getByTestId("inbox-mine").getByTestId("conversation-cmei-000001").waitFor();
  await focus(p, "composer");
  expect("taking a conversation puts the focus into the composer", true);
  await p.getByTestId("transfer").click();
  await p.getByTestId("transfer-queue-billing").click();
  await p.getByTestId("transfer-submit").click();
  await p.getByTestId("transfer-form").waitFor({ state: "detached" });
  expect("after a transfer, the focus is where it began: a supervisor may still give it to somebody", (await focused(p)) === "transfer");
  await p.getByTestId("take").click();
  await focus(p, "composer");

  const dora = desk.open("cdora", "wechat", "larkmoor-cn");
  desk.commit(dora, [
    { type: "message_received", message: "m60", content: desk.content("Do you ship to Dalian?"), actor: { kind: "customer", id: "x" } },
    { type: "queued", queue: "general", priority: 5, reason: "wish" },
    { type: "assigned", agent: "mara", reason: "routed", accept_by: new Date(Date.now() + 30_000).toISOString() },
  ]);
  const offered = p.getByTestId(`conversation-${dora}`);
  await offered.getByText("WeChat customer").waitFor();
  expect("a customer without a name is called by their channel", true);
  await offered.getByTestId("accept").press("Enter");
  await thread(p).getByText("Do you ship to Dalian?").waitFor();
  await focus(p, "composer");
  expect("accepting in the list opens the conversation and puts the focus into the composer", p.url().endsWith(`/c/${dora}`));
  await shot(p, "08b-accepted-in-list");
  await p.getByTestId("resolve").press("Enter");
  await p.getByTestId("resolve").waitFor({ state: "detached" });
  expect("after resolving, the focus stays in the conversation", await inMain(p));
  await p.getByTestId("conversation-cmei-000001").click();
  await p.keyboard.press("Alt+ArrowUp");
  await p.getByTestId("resolve").waitFor();
  await p.getByTestId("nav-parked").click();
  await p.getByTestId("parked-p1").click();
  await p.getByTestId("parked-text").fill("Please leave it with the neighbour at number 14.");
  await shot(p, "09-parked");
  await p.getByTestId("parked-redrive").click();
  await p.getByTestId("parked-p1").waitFor({ state: "detached" });
  await p.getByTestId("parked-p3").click();
  await p.getByTestId("parked-discard").click();
  await shot(p, "10-parked-discard");
  await p.keyboard.press("Escape");
  await p.getByTestId("parked-discard-confirm").waitFor({ state: "detached" });
  expect("a question not answered gives the focus back", (await focused(p)) === "parked-discard");
  await p.getByTestId("parked-discard").press("Enter");
  await p.getByTestId("parked-discard-confirm").click();
  await p.getByTestId("parked-p3").waitFor({ state: "detached" });
  await p.getByTestId("parked-p2").click();
  expect("a message of nobody known is not offered for rewriting", (await p.getByTestId("parked-text").count()) === 0);
  await p.getByTestId("nav-inbox").click();
  await p.getByTestId("decline").click();
  await p.getByText("You declined and are shown as away").waitFor();
  desk.agents[0].presence = "online";

  await p.reload();
  await p.getByTestId("nav-inbox").click();
  expect("a reload keeps the agent signed in", await p.getByTestId("inbox-mine").isVisible());
  await p.getByTestId("sign-out").click();
  await p.getByTestId("login-username").waitFor();
  expect("signing out leaves nothing behind", (await p.evaluate(() => sessionStorage.length)) === 0);
  await p.context().close();

  const dark = await page({ colorScheme: "dark" });
  await signIn(dark);
  await dark.getByTestId("conversation-cana-000001").click();
  await thread(dark).getByText("one tin is dented").waitFor();
  await dark.getByTestId("contact").getByText("Tier").waitFor();
  await shot(dark, "11-dark");
  await dark.context().close();

  const narrow = await page({ viewport: { width: 1024, height: 720 }, locale: "zh-CN" });
  await signIn(narrow);
  await narrow.getByTestId("conversation-cwei-000001").click();
  await thread(narrow).getByText("上海").waitFor();
  await shot(narrow, "12-narrow-zh");
  await narrow.getByTestId("details").click();
  await shot(narrow, "13-narrow-details");
  await narrow.context().close();

  const shop = await page();
  await shop.goto(`${desk.address}/shop/`);
  await shop.getByTestId("sb-open").waitFor();
  await shot(shop, "14-shop");
  await shop.getByTestId("sb-open").click();
  await shop.getByTestId("sb-input").fill("Does the High Oolong come as a sampler?");
  await shop.getByTestId("sb-send").click();
  const log = shop.getByTestId("sb-messages");
  await log.getByText("A colleague will be with you").waitFor();
  await shot(shop, "15-shop-chat");

  const visitor = [...desk.ledgers.values()].at(-1).summary;
  const second = await shop.context().newPage();
  await second.goto(`${desk.address}/shop/`);
  await second.getByTestId("sb-open").click();
  await second.getByTestId("sb-messages").getByText("High Oolong").waitFor();
  expect("a second tab is the same visitor", desk.connected(visitor.contact) === 2);

  await shop.context().setOffline(true);
  desk.cut();
  await shop.getByTestId("sb-input").fill("Written without a connection");
  await shop.getByTestId("sb-send").click();
  await shop.getByText("No connection.").waitFor();
  await shot(shop, "16-shop-offline");
  await shop.context().setOffline(false);
  await log.locator('[data-state="sending"]').waitFor({ state: "detached", timeout: 15_000 });
  await second.getByTestId("sb-messages").getByText("Written without").waitFor();
  const said = desk.ledgers.get(visitor.id).events.filter((e) => e.content?.text === "Written without a connection");
  expect("what was written offline arrives once", said.length === 1);
  desk.commit(visitor.id, [
    {
      type: "message_sent",
      message: "mx",
      author: "agent",
      author_id: "mara",
      content: desk.content("Yes! 4 x 10 g: https://larkmoor.example/sampler."),
    },
  ]);
  await log.getByRole("link").waitFor();
  const last = await log.getByRole("link").boundingBox();
  const input = await shop.getByTestId("sb-input").boundingBox();
  expect("the latest message is above the input", last.y + last.height <= input.y);
  expect(
    "each tab shows each message once, in order",
    (await log.locator(".m:not([data-testid='sb-message-hello']) .b").allTextContents()).length === 4,
  );
  await second.close();
  await shop.getByTestId("sb-close").click();
  desk.commit(visitor.id, [
    { type: "message_sent", message: "my", author: "agent", author_id: "mara", content: desk.content("Shall I add one to your basket?") },
  ]);
  await shop.getByLabel("Open chat, 1 new").waitFor();
  await shop.getByTestId("sb-open").click();
  await shot(shop, "17-shop-answered");
  expect(
    "an answer counts as delivered once the visitor has it on screen",
    desk.ledgers.get(visitor.id).deliveries.my.status === "delivered",
  );
  await shop.context().close();

  const phone = await page({ viewport: { width: 390, height: 780 }, locale: "en-GB", colorScheme: "dark" });
  await phone.goto(`${desk.address}/shop/`);
  await phone.getByTestId("sb-open").click();
  await shot(phone, "18-phone");
  await phone.context().close();
});
