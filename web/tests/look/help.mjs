/** What the little desk says to help agents: the same forms as docs/agent-assist.md, with a handful of macros and articles. */

const nothing = { tags: [], priority: null, queue: "", resolve: false };
const MACROS = [
  ["ask_order", "Ask for the order number", "询问订单号", "So that I can look it up, could you send me your order number?", { ...nothing }],
  ["to_billing", "Pass on to billing", "转给账务同事", "My colleagues in billing can settle this. They will answer you here.", { ...nothing, queue: "billing" }],
  ["order_looked_up", "Looking up their order", "正在查询订单", "I am looking up your order {{slot.order}} and will tell you in a moment.", { ...nothing }],
  [
    "apologise",
    "Apologise",
    "道歉",
    "I am very sorry about this, and I understand that you are upset. I am taking care of it personally and will tell you what we can do.",
    { ...nothing, tags: ["apology"], priority: 7 },
  ],
  ["hold", "Ask for a moment", "请客户稍候", "Thank you for your patience. I am checking this for you.", { ...nothing }],
  ["farewell", "Say goodbye and resolve", "告别并结束", "You are welcome, I was glad to help. Have a nice day!", { ...nothing, resolve: true }],
  ["vip", "Mark as a regular customer", "标记为老客户", "", { ...nothing, tags: ["regular"] }],
];
const ARTICLES = [
  {
    article: "restock",
    version: 2,
    passage: 0,
    title: "When sold-out teas come back",
    locale: "en",
    text: "Teas that are sold out come back with the next harvest or delivery. The page of each tea names the day; you can leave your address there, and we write to you once it is in stock.",
  },
  { article: "tin-sizes", version: 1, passage: 1, title: "Unsere Dosengrößen", locale: "de", text: "Unsere Dosen gibt es mit 75 g, 150 g und 500 g. Die großen füllen wir auf Bestellung." },
];

const USAGE = [
  { article: "restock", used: 12, edited: 31, rejected: 9 },
  { article: "tin-sizes", used: 40, edited: 3, rejected: 0 },
];

/** Answers what is ours with [status, body], all else with null. It is given a part of the desk. */
export function helper({ commit, fresh, content, agent, ledgers, handovers }) {
  const said = ({ text, ...e }) => ({ ...e, message: fresh("m"), author: "agent", author_id: "mara", actor: agent, content: content(text) });
  return (method, path, body) => {
    if (path === "/v1/knowledge/usage") return [200, { articles: USAGE }];
    const [, , kind, id, action, ...rest] = path.split("/").map(decodeURIComponent);
    if (kind !== "conversations" || !ledgers.has(id)) return null;
    const applied = (events) => commit(id, events.map((e) => (e.type === "message_sent" ? said(e) : e)));
    return help(method, action, rest, ledgers.get(id), body, handovers.get(id) ?? null, applied);
  };
}

/** `ledger`: {summary, events}; `commit` puts a macro's deeds on it. */
function help(method, action, rest, ledger, body, handover, commit) {
  const { summary, events } = ledger;
  const listed = MACROS.map(([name, en, zh, text, actions], i) => ({
    name,
    titles: { en, zh },
    opening: text.slice(0, 160),
    language: text ? "en" : "",
    actions,
    fits: i < 2,
  }));
  const said = events.filter((e) => e.type === "message_received" && e.content.text);
  const answered = events.findLast((e) => e.type === "message_sent" && e.author === "agent")?.no ?? 0;
  const waits = (said.at(-1)?.no ?? 0) > answered;
  switch (`${method} ${action}`) {
    case "GET assist":
      return [200, { steps: steps(summary, handover, waits), canned: waits && summary.intent ? canned(summary) : null, macros: listed }];
    case "GET suggestions":
      return [200, { message: said.at(-1)?.message ?? "", language: summary.language, suggestions: waits ? ARTICLES : [] }];
    case "POST suggestions":
      return [200, {}];
    case "GET summary":
      return [200, digest(summary, said, waits, handover, events)];
    case "POST check":
      return [200, { warnings: check(body.text), complete: true }];
    case "POST macros":
      return macro(rest, body, summary, commit);
  }
  return null;
}

function steps(s, handover, waits) {
  const unsure = handover?.steps.flatMap((step) => step.actions.filter(([, how]) => how === "unknown").map(([what]) => [what, step.slots.order]));
  const angry = s.feeling < -0.5;
  return [
    ...(unsure ?? []).map(([action, about]) => ({ kind: "check_by_hand", reason: "action_unknown", do: "note", about: { action, about: about ?? "" } })),
    ...(angry && waits ? [{ kind: "apologise", reason: "angry", do: "macro", about: { name: "apologise" } }] : []),
    ...(angry ? [{ kind: "supervisor", reason: "angry", do: "consult", about: {} }] : []),
    ...(waits ? [{ kind: "ask", reason: "slot_missing", do: "insert", about: { slot: "order", text: "Which order is it about? Its number begins with LM-." } }] : []),
  ].slice(0, 3);
}

const canned = (s) => ({ intent: s.intent, language: "en", text: "Thank you for asking. Our shop shows at each tea what is in stock, and since when." });

function digest(s, said, waits, handover, events) {
  const last = said.at(-1);
  return {
    wants: handover?.asked ?? (s.intent ? [s.intent] : []),
    first: said[0] ? { message: said[0].message, text: said[0].content.text } : null,
    question: waits && last ? { message: last.message, text: last.content.text } : null,
    bot: handover?.steps ?? [],
    missed: handover?.missed ?? 0,
    people: events.some((e) => e.type === "message_sent" && e.author === "agent") ? ["mara"] : [],
    replies: events.filter((e) => e.type === "message_sent" && e.author === "agent").length,
    slots: Object.assign({}, ...(handover?.steps ?? []).map((step) => step.slots)),
    given: [],
    unsure: (handover?.steps ?? []).flatMap((step) => step.actions.filter(([, how]) => how === "unknown").map(([what]) => [what, step.slots.order ?? ""])),
    feeling: s.feeling,
    angry: handover?.angry ?? "",
    callback: s.callback ?? false,
    waits_for: waits ? "agent" : "customer",
    sla: waits ? [{ clock: "next_response", outcome: "running", due_at: new Date(Date.now() + 900_000).toISOString(), breached: false }] : [],
  };
}

function check(text) {
  const found = [];
  if (/\b\d{4}( ?\d{4}){3}\b/.test(text)) found.push({ kind: "card", detail: "…1111" });
  if (/\{\{.*?\}\}/.test(text)) found.push({ kind: "placeholder", detail: text.match(/\{\{.*?\}\}/)[0] });
  if (/(^| )(Ihre|und|ist) /.test(text)) found.push({ kind: "language", detail: "de" });
  if (/[A-Z]{3,} [A-Z]{3,} [A-Z]{3,}/.test(text)) found.push({ kind: "shouting", detail: "" });
  return found;
}

function macro([name, apply], body, s, commit) {
  const found = MACROS.find(([n]) => n === name);
  if (!found) return [404, { code: "not_found", message: "no such macro" }];
  const [, en, zh, text, actions] = found;
  const missing = [...text.matchAll(/\{\{(.*?)\}\}/g)].map((m) => m[1]);
  if (apply !== "apply")
    return [200, { name, version: 0, titles: { en, zh }, text, language: text ? "en" : "", missing, actions }];
  if (/\{\{/.test(body.text ?? "")) return [400, { code: "malformed", message: "a placeholder has no value" }];
  return [
    200,
    commit([
      { type: "macro_applied", macro: name, version: 0, agent: "mara", edited: false, client_id: body.client_id },
      ...(body.text ? [{ type: "message_sent", text: body.text, client_id: body.client_id }] : []),
      ...(actions.tags.length ? [{ type: "tagged", tags: actions.tags }] : []),
      ...(actions.priority ? [{ type: "priority_set", priority: actions.priority, reason: "macro" }] : []),
      ...(actions.queue
        ? [
            { type: "released", agent: s.owner, reason: "transferred" },
            { type: "queued", queue: actions.queue, priority: s.priority, reason: "transferred" },
          ]
        : []),
      ...(actions.resolve ? [{ type: "resolved", by: "agent", by_id: "mara" }] : []),
    ]),
  ];
}
