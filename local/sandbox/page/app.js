"use strict";
// The live page: two phones on the left, the wire on the right. State comes from /api, changes from /api/events.

const FAULTS = {
  whatsapp: [["down", "Down"], ["slow", "Slow"], ["unauthorised", "Bad token"], ["expire_token", "Token expired"],
    ["rate_limit", "Rate limit"], ["pair_limit", "Pair limit"], ["window", "24 h over"], ["drop_response", "Drop answer"]],
  wechat: [["down", "Busy"], ["slow", "Slow"], ["unauthorised", "Bad token"], ["expire_token", "Token expired"],
    ["rate_limit", "Daily limit"], ["quota", "5 used up"], ["window", "48 h over"], ["drop_response", "Drop answer"]],
};
const EXTRAS = {
  whatsapp: [
    ["Photo", { type: "image", caption: "This is what arrived" }],
    ["Document", { type: "document", filename: "invoice.pdf" }],
    ["Location", { type: "location", latitude: 52.520008, longitude: 13.404954, place: "Berlin" }],
    ["Voice message", { type: "audio" }],
    ["Poll (unsupported type)", { type: "unsupported" }],
    null,
    ["Send last message again", "replay"],
    ["Five messages in one post", "burst"],
    ["Forged signature", { text: "forged", tamper: "signature" }],
    ["Check webhook address", "handshake"],
    ["Let 24 hours pass", "age"],
  ],
  wechat: [
    ["Photo", { type: "image" }],
    ["Voice, recognised", { type: "voice", recognition: "我想查询订单" }],
    ["Location", { type: "location", latitude: 23.134521, longitude: 113.358803, place: "广州市" }],
    ["Follow", { type: "subscribe" }],
    ["Unfollow", { type: "unsubscribe" }],
    null,
    ["Send last message again", "replay"],
    ["Five messages at once", "burst"],
    ["Forged signature", { text: "forged", tamper: "signature" }],
    ["Check webhook address", "handshake"],
    ["Let 48 hours pass", "age"],
  ],
};
const STARTERS = { whatsapp: "Ada Lindqvist", wechat: "小明" };
const phones = {};
let entries = [];
let filter = "all";
const opened = new Set();

async function api(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch("/api/" + path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || "status " + response.status);
  return answer;
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const clock = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });

class Phone {
  constructor(column, accounts) {
    this.channel = column.dataset.channel;
    this.accounts = accounts;
    this.threads = new Map();
    this.messages = [];
    this.drafts = new Map();
    column.append(document.getElementById("phone").content.cloneNode(true));
    this.find = (selector) => column.querySelector(selector);
    this.account = accounts[0]?.account;
    this.customer = null;
    this.find(".text").placeholder = this.channel === "wechat" ? "发消息" : "Message";
    if (!accounts.length) {
      this.disable("No account of this channel is configured.");
      return;
    }
    for (const each of accounts) this.find(".account").append(make("option", { value: each.account }, each.account));
    this.find(".account").onchange = (event) => { this.account = event.target.value; this.pick(null); };
    this.find(".customer").onchange = (event) => this.pick(event.target.value);
    this.find(".new-customer").onclick = () => this.askForCustomer();
    this.find(".composer").onsubmit = (event) => { event.preventDefault(); this.type(); };
    this.buildMenus();
  }

  disable(text) {
    for (const control of ["account", "customer", "new-customer", "text", "send", "more"]) {
      this.find("." + control).disabled = true;
    }
    this.find(".title").textContent = this.channel === "wechat" ? "WeChat" : "WhatsApp";
    this.find(".messages").replaceChildren(make("p", { class: "start" }, text));
  }

  buildMenus() {
    const menu = this.find(".more-menu"), more = this.find(".more");
    const toggle = (open) => { menu.hidden = !open; more.setAttribute("aria-expanded", String(open)); };
    more.onclick = (event) => { event.stopPropagation(); toggle(menu.hidden); };
    document.addEventListener("click", () => toggle(false));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") toggle(false); });
    for (const extra of EXTRAS[this.channel]) {
      menu.append(extra ? make("button", { type: "button", onclick: () => this.extra(extra[1]) }, extra[0]) : make("hr"));
    }
    if (this.channel === "wechat") {
      for (const [label, key] of [["订单", "ORDERS"], ["客服", "HUMAN"], ["帮助", "HELP"]]) {
        this.find(".menu-bar").append(make("button", { type: "button", onclick: () => this.say({ type: "click", key }) }, label));
      }
    }
  }

  place() { return { channel: this.channel, account: this.account, customer: this.customer }; }

  async askForCustomer() {
    const dialog = document.getElementById("new-customer-dialog"), form = dialog.querySelector("form");
    form.reset();
    form.querySelector(".username-row").hidden = this.channel !== "whatsapp";
    dialog.returnValue = "cancel";
    dialog.showModal();
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
    if (dialog.returnValue === "ok") await this.addCustomer(form.name.value, form.username.value);
  }

  async addCustomer(name, username) {
    const body = { channel: this.channel, account: this.account, name };
    if (username) body.username = username;
    const made = await api("customers", body);
    this.know(made);
    await this.pick(made.customer);
  }

  know(summary) {
    this.threads.set(summary.account + "/" + summary.customer, { ...this.threads.get(summary.account + "/" + summary.customer), ...summary });
  }

  own() { return [...this.threads.values()].filter((each) => each.account === this.account); }

  async pick(customer) {
    if (!this.account) return;
    if (this.customer) this.drafts.set(this.customer, this.find(".text").value);
    this.customer = customer || this.own().at(-1)?.customer || null;
    if (!this.customer) return this.addCustomer(STARTERS[this.channel]);
    this.find(".text").value = this.drafts.get(this.customer) || "";
    const found = await api("thread?" + new URLSearchParams(this.place()));
    this.messages = found.messages;
    if (found.known) this.know(found);
    this.draw();
  }

  async type() {
    const box = this.find(".text"), text = box.value.trim();
    if (!text) return;
    box.value = "";
    await this.say({ text });
  }

  async say(fields) {
    if (!this.customer) return;
    try { await api("say", { ...this.place(), ...fields }); }
    catch (error) { this.note(error.message); }
  }

  async extra(what) {
    const last = this.messages.filter((message) => message.direction === "in").at(-1);
    try {
      if (what === "replay") {
        if (!last) return this.note("Nothing sent yet.");
        await api("replay", { message_id: last.id });
      } else if (what === "burst") {
        await api("burst", { ...this.place(), count: 5, mode: this.channel === "whatsapp" ? "one_post" : "parallel", text: "Message {n} of 5" });
      } else if (what === "handshake") {
        const { channel, account } = this.place(), good = await api("handshake", { channel, account });
        this.note(good.ok ? "Handshake passed." : `Handshake failed: ${good.http_status ?? "no connection"} ${good.answer.split("\n")[0]}`);
      } else if (what === "age") {
        await api("age", { ...this.place(), seconds: (this.channel === "whatsapp" ? 24 : 48) * 3600 + 1 });
      } else await this.say(what);
    } catch (error) { this.note(error.message); }
  }

  note(text) {
    this.find(".messages").append(make("div", { class: "bubble notice" }, text));
    this.scroll();
  }

  take(kind, data) {
    if (kind === "thread") { this.know(data); if (data.customer === this.customer) this.draw(); else this.drawPicker(); return; }
    this.know({ account: data.account, customer: data.customer, name: data.name, channel: data.channel });
    if (data.account !== this.account || data.customer !== this.customer) return this.drawPicker();
    const at = this.messages.findIndex((message) => message.id === data.message.id);
    if (at < 0) this.messages.push(data.message); else this.messages[at] = data.message;
    const thread = this.thread();
    if (kind === "message" && thread) thread[data.message.direction === "in" ? "last_customer_at" : "typing_until"] = data.message.direction === "in" ? data.message.at : 0;
    this.draw();
  }

  thread() { return this.threads.get(this.account + "/" + this.customer); }

  drawPicker() {
    const options = this.own().map((each) => {
      const id = this.channel === "whatsapp" && /^\d/.test(each.customer) ? "+" + each.customer : each.customer;
      return make("option", { value: each.customer }, each.name ? each.name + "  " + id : id);
    });
    this.find(".customer").replaceChildren(...options);
    this.find(".customer").value = this.customer;
  }

  draw() {
    this.drawPicker();
    const account = this.accounts.find((each) => each.account === this.account);
    this.find(".title").textContent = account.account;
    this.find(".subtitle").textContent = account.display_phone ? "+" + account.display_phone.replace(/^\+/, "") : account.original_id;
    this.find(".avatar").textContent = account.account.slice(0, 1).toUpperCase();
    this.drawWindow();
    const bubbles = this.messages.map((message) => this.bubble(message));
    if (!bubbles.length) bubbles.push(make("p", { class: "start" }, "Type below as " + (this.thread()?.name || "the customer") + ". Answers from the system appear here."));
    const typing = (this.thread()?.typing_until || 0) - Date.now();
    clearTimeout(this.typingOver);
    if (typing > 0) this.typingOver = setTimeout(() => this.draw(), typing + 50);
    if (typing > 0) bubbles.push(make("div", { class: "typing", "aria-label": "typing" }, make("i"), make("i"), make("i")));
    this.find(".messages").replaceChildren(...bubbles);
    this.scroll();
  }

  drawWindow() {
    const badge = this.find(".window"), thread = this.thread(), hours = this.channel === "whatsapp" ? 24 : 48;
    if (!thread?.last_customer_at) { badge.textContent = ""; return; }
    const left = thread.last_customer_at + hours * 3600e3 - Date.now();
    const closed = left <= 0 || thread.subscribed === false;
    badge.classList.toggle("closed", closed);
    badge.textContent = thread.subscribed === false ? "unfollowed" : closed ? "window closed" : Math.ceil(left / 3600e3) + " h to reply";
  }

  scroll() { const box = this.find(".messages"); box.scrollTop = box.scrollHeight; }

  bubble(message) {
    const mine = message.direction === "in";
    if (message.type === "notice") return make("div", { class: "bubble notice" }, message.text);
    const events = { subscribe: "You followed the account", unsubscribe: "You unfollowed the account", click: "Menu: " };
    if (mine && message.type in events) {
      const label = message.type === "click" ? events.click + message.text.replace("[click] ", "") : events[message.type];
      return make("div", { class: "bubble event" }, label + (message.status === "undelivered" ? " (not delivered)" : ""));
    }
    const lost = ["failed", "dropped", "undelivered"].includes(message.status);
    const box = make("div", { class: "bubble" + (mine ? " mine" : "") + (lost ? " lost" : ""), title: message.id });
    const picture = this.picture(message);
    if (picture) box.append(make("img", { class: "picture", src: "/api/media/" + encodeURIComponent(picture), alt: "", onload: () => this.scroll() }));
    if (!(picture && /^\[image\]$/.test(message.text))) box.append(message.type === "msgmenu" ? message.raw.msgmenu.head_content || "" : picture ? message.text.replace("[image] ", "") : message.text);
    box.append(this.meta(message, mine, lost));
    const choices = this.choices(message);
    if (choices.length) box.append(make("div", { class: "choices" }, ...choices));
    return box;
  }

  picture(message) {
    if (message.type !== "image" || !message.raw) return null;
    if (typeof message.raw === "string") return /<MediaId><!\[CDATA\[([\w-]+)\]\]>/.exec(message.raw)?.[1];
    return message.raw.image?.id || message.raw.image?.media_id;
  }

  meta(message, mine, lost) {
    const meta = make("div", { class: "meta" });
    if (lost && message.notes.length) meta.append(make("span", { class: "problem" }, message.notes.at(-1)));
    if (!mine && this.channel === "whatsapp" && !lost) meta.append(make("span", {}, message.status));
    meta.append(make("span", {}, clock(message.at)));
    if (mine && this.channel === "whatsapp" && !lost) {
      const marks = { posting: ["✓", "posting"], acknowledged: ["✓✓", "taken by the webhook"], read: ["✓✓", "read by the system"] };
      const [mark, label] = marks[message.status] || ["", message.status];
      meta.append(make("span", { class: "ticks " + message.status, title: label, "aria-label": label }, mark));
    } else if (mine && !lost && message.status === "posting") meta.append(make("span", {}, "…"));
    return meta;
  }

  choices(message) {
    if (message.direction !== "out" || !message.raw) return [];
    const button = (label, fields) => make("button", { type: "button", onclick: () => this.say(fields) }, label);
    const action = message.raw.interactive?.action;
    if (action?.buttons) {
      return action.buttons.map(({ reply }) => button(reply.title, { type: "button_reply", id: reply.id, title: reply.title, context: message.id }));
    }
    if (action?.sections) {
      return action.sections.flatMap((section) => section.rows).map((row) => button(row.title, { type: "list_reply", id: row.id, title: row.title, context: message.id }));
    }
    return (message.raw.msgmenu?.list || []).map((item) => button(item.content, { type: "menu_reply", id: String(item.id), text: item.content }));
  }
}

// ---- the wire -------------------------------------------------------------------------------------------------

const entryKey = (way, item) => [way, item.at, item.key || item.path, item.url || item.body].join("|");

function noteEntry(way, item) {
  const key = entryKey(way, item), at = entries.findIndex((entry) => entry.key === key);
  const entry = { key, way, item };
  if (at < 0) entries.push(entry); else entries[at] = entry;
  entries = entries.slice(-300);
  scheduleWire();
}

let wireScheduled = false;
function scheduleWire() {
  if (wireScheduled) return;
  wireScheduled = true;
  requestAnimationFrame(() => { wireScheduled = false; drawWire(); });
}

const isBad = ({ way, item }) => (way === "out" ? item.accepted === false : item.problems.length > 0 || item.status === null);

function drawWire() {
  const bad = entries.filter(isBad).length, badge = document.getElementById("bad-count");
  badge.textContent = bad;
  badge.classList.toggle("some", bad > 0);
  const shown = entries.filter((entry) => filter === "all" || entry.way === filter || (filter === "bad" && isBad(entry)));
  const list = document.getElementById("entries");
  list.replaceChildren(...shown.sort((a, b) => b.item.at - a.item.at).map(drawEntry));
  const empty = document.getElementById("entries-empty");
  empty.hidden = shown.length > 0;
  list.hidden = shown.length === 0;
  empty.textContent = filter === "bad" ? "No problems so far." : "Nothing yet. Type a message in a phone to post the first webhook.";
}

// One line that tells a person what a post or call was about; falls back to its path.
function describe(way, item) {
  const path = way === "out" ? new URL(item.url).pathname : item.path.replace(/^\/(graph|wechat)\//, "");
  const said = (kind, text) => (text ? kind + ": " + text : kind);
  try {
    if (way === "out" && item.channel === "wechat") {
      const field = (tag) => new RegExp(`<${tag}><!\\[CDATA\\[([^]*?)\\]\\]></${tag}>`).exec(item.body)?.[1] || "";
      return field("Event") ? said("event " + field("Event"), field("EventKey")) : said(field("MsgType"), field("Content") || field("Recognition"));
    }
    const body = item.body ? JSON.parse(item.body) : {};
    if (way === "out") {
      const values = body.entry.flatMap((each) => each.changes).map((change) => change.value);
      const statuses = values.flatMap((value) => value.statuses || []).map((each) => each.status);
      if (statuses.length) return "status " + statuses.join(", ");
      const messages = values.flatMap((value) => value.messages || []);
      const first = messages[0];
      const text = first[first.type]?.body || first[first.type]?.caption || first.interactive?.[first.interactive.type]?.title || first.reaction?.emoji;
      return messages.length > 1 ? messages.length + " messages, first " + said(first.type, text) : said(first.type, text);
    }
    if (body.status === "read") return body.typing_indicator ? "mark read, show typing" : "mark read";
    if (body.command) return "typing: " + body.command;
    const kind = body.msgtype || body.type || (body.text && "text");
    if (!kind || !(kind in body)) return item.method + " " + path;
    const content = body[kind];
    return "send " + said(kind, content.body?.text || content.body || content.content || content.head_content || content.name || content.caption || content.emoji);
  } catch {
    return item.method + " " + path;
  }
}

function drawEntry(entry) {
  const { way, item, key } = entry;
  const names = { whatsapp: "WhatsApp", wechat: "WeChat" };
  const last = way === "out" ? item.attempts.at(-1) : null;
  const code = way === "out" ? last?.http_status ?? (last ? "none" : "…") : item.status ?? "closed";
  const errcode = way === "in" && /"errcode": ?(-?[1-9]\d*)/.exec(item.answer || "");
  const what = describe(way, item);
  const trouble = way === "out" ? (item.accepted === false ? last?.reason : "") : item.problems[0];
  const tries = way === "out" && item.attempts.length > 1 ? " ×" + item.attempts.length : "";
  const details = make("details", { class: "entry" + (isBad(entry) ? " bad" : "") },
    make("summary", {},
      make("time", {}, clock(item.at)),
      make("span", { class: "way", title: way === "out" ? "the vendor posts to the system's webhook" : "the system calls the vendor" }, way === "out" ? names[item.channel] + " →" : "→ " + names[item.channel]),
      make("span", { class: "what", title: what }, what, ...(trouble ? [make("span", { class: "trouble" }, trouble)] : [])),
      make("span", { class: "code" }, String(errcode ? errcode[1] : code) + tries),
      make("span", { class: "ms" }, way === "out" ? (last ? Math.round(last.ms) + " ms" : "") : Math.round(item.ms ?? 0) + " ms")));
  details.open = opened.has(key);
  if (details.open) details.append(drawDetail(way, item));
  details.addEventListener("toggle", () => {
    if (details.open) opened.add(key); else opened.delete(key);
    if (details.open && !details.querySelector(".detail")) details.append(drawDetail(way, item));
  });
  return make("li", {}, details);
}

function drawDetail(way, item) {
  const detail = make("div", { class: "detail" });
  const part = (title, text) => { if (text) detail.append(make("h3", {}, title), make("pre", { tabindex: "0" }, text)); };
  if (way === "in") {
    if (item.problems.length) detail.append(make("ul", { class: "problems" }, ...item.problems.map((text) => make("li", {}, text))));
    part("Request", item.method + " " + item.path + (item.query ? "?" + item.query : "") + "\n\n" + pretty(item.body));
    part("Answer " + (item.status ?? ""), pretty(item.answer));
    return detail;
  }
  const tries = item.attempts.map((each, i) => `${i + 1}. ${each.http_status ?? "no answer"} in ${each.ms} ms` + (each.reason ? " (" + each.reason + ")" : ""));
  part("Attempts", tries.join("\n"));
  part(item.channel === "wechat" ? "Message before encryption" : "Body", item.channel === "wechat" ? item.body.replace(/></g, ">\n<") : item.body);
  part("Headers", Object.entries(item.headers).map(([name, value]) => name + ": " + value).join("\n"));
  part("Answer", item.attempts.at(-1)?.answer);
  return detail;
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

// ---- faults ---------------------------------------------------------------------------------------------------

function drawFaults(channels) {
  const names = { whatsapp: "WhatsApp", wechat: "WeChat" };
  document.getElementById("fault-rows").replaceChildren(...channels.map((channel) =>
    make("div", { class: "fault-row" }, make("span", {}, names[channel]),
      make("div", { class: "fault-buttons" }, ...FAULTS[channel].map(([kind, label]) =>
        make("button", { type: "button", title: kind + ": next send call", onclick: () => api("faults", { channel, kind, count: 1 }) }, label))))));
}

function drawPending(pending) {
  const box = document.getElementById("pending");
  const label = (fault) => FAULTS[fault.channel].find(([kind]) => kind === fault.kind)?.[1] || fault.kind;
  const merged = new Map();
  for (const fault of pending) {
    const name = (fault.channel === "wechat" ? "WeChat: " : "WhatsApp: ") + label(fault);
    merged.set(name, (merged.get(name) || 0) + fault.left);
  }
  const chips = [...merged].map(([name, left]) => make("span", { class: "chip" }, left > 1 ? name + " × " + left : name));
  if (chips.length) chips.push(make("button", { type: "button", class: "chip clear", onclick: () => fetch("/api/faults", { method: "DELETE" }) }, "Cancel faults"));
  box.replaceChildren(...chips);
}

// ---- start ----------------------------------------------------------------------------------------------------

async function load() {
  const [{ threads }, log, { pending }] = await Promise.all([api("threads"), api("log"), api("faults")]);
  entries = [];
  for (const item of log.requests) noteEntry("in", item);
  for (const item of log.webhooks) noteEntry("out", item);
  drawWire();
  drawPending(pending);
  for (const phone of Object.values(phones)) {
    phone.threads.clear();
    for (const thread of threads.filter((each) => each.channel === phone.channel)) phone.know(thread);
    await phone.pick(phone.own().some((each) => each.customer === phone.customer) ? phone.customer : null);
  }
}

function listen() {
  const live = document.getElementById("live");
  const show = (name, text) => { live.className = "live " + name; live.textContent = text; };
  const stream = new EventSource("/api/events");
  let first = true;
  stream.onopen = async () => { show("on", "live"); if (!first) await load(); first = false; };
  stream.onerror = () => show("off", "connection lost");
  const on = (kind, handle) => stream.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
  for (const kind of ["message", "status", "thread"]) on(kind, (data) => phones[data.channel]?.take(kind, data));
  on("webhook", (item) => noteEntry("out", item));
  on("request", async (item) => { noteEntry("in", item); drawPending((await api("faults")).pending); });
  on("faults", ({ pending }) => drawPending(pending));
  on("reset", load);
}

async function start() {
  const { accounts } = await api("accounts");
  for (const column of document.querySelectorAll(".column")) {
    const channel = column.dataset.channel;
    phones[channel] = new Phone(column, accounts.filter((account) => account.channel === channel));
  }
  drawFaults(["whatsapp", "wechat"].filter((channel) => accounts.some((account) => account.channel === channel)));
  document.getElementById("reset").onclick = () => { if (confirm("Forget all customers, messages, tokens and logs?")) api("reset", {}); };
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.onclick = () => {
      filter = button.dataset.filter;
      document.querySelectorAll("[data-filter]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      drawWire();
    };
  }
  listen();
  await load();
  setInterval(() => Object.values(phones).forEach((phone) => phone.customer && phone.drawWindow()), 30000);
}

start();
