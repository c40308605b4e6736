/** A desk for looking at the pages without the backend: it speaks the protocol of docs/architecture.md from memory, on 127.0.0.1,
 * with one agent (mara / any password) and a few conversations. Only the look uses it; it is never packaged. */

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { WebSocketServer } from "ws";
import { cognito } from "./cognito.mjs";
import { helper } from "./help.mjs";
import { drafted } from "./draft.mjs";
import { seed } from "./seed.mjs";
import { inOtherWords } from "./translating.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const DIST = join(import.meta.dirname, "../../dist");

/** `fill` puts people and conversations on it. */
export async function startDesk(fill = seed) {
  const ledgers = new Map(); // id -> {summary, events, deliveries}
  const contacts = new Map();
  const receipts = new Map(); // conversation -> decisions of the router
  const handovers = new Map(); // conversation -> what the bot did before, where it led a dialogue
  const sockets = new Map(); // WebSocket -> "mara" | visitor id
  const clientIds = new Set();
  let parked = [];
  let agents = [];
  const faults = { pushes: true, replies: false, large: false, lines: true };
  let ids = 0;
  const fresh = (prefix) => `${prefix}${(++ids).toString(36).padStart(6, "0")}`;
  const me = () => agents.find((a) => a.id === "mara");

  const felt = (level, sentiment) => level + 0.4 * (({ positive: 1, negative: -0.5, angry: -1 }[sentiment] ?? 0) - level);

  function fold(summary, e) {
    const next = { ...summary, last_event: e.no };
    if (e.type === "message_received" || e.type === "message_sent") Object.assign(next, { preview: e.content.text, last_at: e.at });
    if (e.type === "intent_detected") Object.assign(next, { intent: e.intent, language: e.language });
    if (e.type === "intent_detected") Object.assign(next, { feeling: felt(next.feeling, e.sentiment) });
    if (e.type === "queued") Object.assign(next, { status: "queued", queue: e.queue, priority: e.priority, since: next.since ?? e.at });
    if (e.type === "queued" && e.reason.startsWith("sla_")) Object.assign(next, { priority: e.priority });
    if (e.type === "priority_set") Object.assign(next, { priority: e.priority });
    if (e.type === "tagged") Object.assign(next, { tags: [...next.tags, ...e.tags] });
    if (e.type === "callback_requested") Object.assign(next, { callback: true });
    if (e.type === "consult_started") Object.assign(next, { consulted: [...(next.consulted ?? []), e.agent] });
    if (e.type === "consult_ended") Object.assign(next, { consulted: next.consulted.filter((a) => a !== e.agent) });
    if (e.type === "assigned") Object.assign(next, { status: "assigned", owner: e.agent, accept_by: e.accept_by });
    if (e.type === "accepted") Object.assign(next, { status: "active", accept_by: null });
    if (e.type === "released") Object.assign(next, { status: "bot", owner: "", accept_by: null });
    if (e.type === "resolved") Object.assign(next, { status: "resolved", owner: "", accept_by: null, since: null });
    return next;
  }

  /** What is handed over of a conversation in which the bot led no dialogue. */
  function bare(events) {
    const queued = events.find((e) => e.type === "queued");
    const heard = events.filter((e) => e.type === "intent_detected");
    const asked = [...new Set(heard.filter((e) => e.confidence >= 0.5).map((e) => e.intent))];
    const missed = events.filter((e) => e.type === "not_understood").length;
    return queued ? { reason: queued.reason, asked, steps: [], missed, sentiment: heard.at(-1)?.sentiment ?? "", angry: "" } : null;
  }

  /** What a visitor is told: no names, and `actor` says who spoke. */
  const told = (events) =>
    events
      .filter((e) => e.type === "message_received" || e.type === "message_sent")
      .map(({ no, at, type, message, content, client_id, author }) => ({
        no,
        at,
        type,
        message,
        content,
        client_id: author ? "" : client_id,
        actor: { kind: author ?? "customer", id: "" },
      }));

  /** One commit: events get their numbers, everyone concerned is told. */
  function commit(id, events, at = new Date().toISOString()) {
    const ledger = ledgers.get(id);
    const before = ledger.summary;
    const numbered = events.map(({ at: own, ...e }, i) => ({
      no: ledger.events.length + 1 + i,
      at: own ?? at,
      actor: e.actor ?? { kind: "system", id: "switchboard" },
      ...e,
    }));
    ledger.events.push(...numbered);
    ledger.summary = { ...numbered.reduce(fold, before), version: before.version + 1 };
    for (const e of numbered) if (e.type === "message_sent") ledger.deliveries[e.message] ??= { status: "pending", reason: "" };
    const owned = (s) => s.owner === "mara" || s.consulted?.includes("mara");
    me().load = [...ledgers.values()].filter((l) => l.summary.owner === "mara").length;
    if (faults.pushes) {
      const frame = (conversation, told) =>
        faults.large ? { type: "fetch", conversation } : { type: "events", conversation, events: told };
      if (owned(ledger.summary) || owned(before)) push("mara", frame(ledger.summary, numbered));
      const alarms = numbered.filter((e) => e.type === "sla_warned" || e.type === "sla_breached");
      if (alarms.length) push("mara", { type: "sla", conversation: ledger.summary, events: alarms });
      const anger = numbered.filter((e) => ["anger_heard", "message_received", "intent_detected"].includes(e.type));
      if (anger.some((e) => e.type === "anger_heard")) push("mara", { type: "anger", conversation: ledger.summary, events: anger });
      if (ledger.summary.status === "queued" || before.status === "queued") push("mara", { type: "queue", conversation: ledger.summary });
      push("mara", { type: "agent", agent: me() });
      push(before.contact, frame({ id, status: ledger.summary.status }, told(numbered)));
    }
    return ledger.summary;
  }

  function push(to, frame) {
    for (const [socket, who] of sockets) if (who === to) socket.send(JSON.stringify(frame));
  }

  function deliver(id, message, status, reason = "") {
    ledgers.get(id).deliveries[message] = { status, reason };
    push("mara", { type: "delivery", conversation: id, message, status, reason });
  }

  function open(contact, channel, account, extra = {}) {
    const id = `${contact}-000001`;
    ledgers.set(id, {
      summary: {
        id,
        contact,
        name: contacts.get(contact)?.name ?? "",
        channel,
        account,
        status: "bot",
        owner: "",
        queue: "",
        priority: 5,
        intent: "",
        language: "en",
        preview: "",
        feeling: 0,
        opened_at: new Date().toISOString(),
        since: null,
        last_at: null,
        accept_by: null,
        tags: [],
        last_event: 0,
        version: 0,
        ...extra,
      },
      events: [],
      deliveries: {},
    });
    return id;
  }

  const content = (text) => ({ kind: "text", text, attachments: [], data: {} });
  const agent = { kind: "agent", id: "mara" };

  function act(id, action, body) {
    const ledger = ledgers.get(id);
    if (!ledger) return [404, { code: "not_found", message: "no such conversation" }];
    const { summary } = ledger;
    const said = body.client_id && clientIds.has(body.client_id) ? true : (clientIds.add(body.client_id), false);
    if (said) return [200, summary];
    switch (action) {
      case "accept":
        return [200, commit(id, [{ type: "accepted", agent: "mara", actor: agent }])];
      case "take":
        if (summary.status !== "queued") return [409, { code: "not_allowed_now", message: "somebody has it" }];
        return [
          200,
          commit(id, [
            { type: "assigned", agent: "mara", reason: "taken", accept_by: null },
            { type: "accepted", agent: "mara" },
          ]),
        ];
      case "decline":
        me().presence = "away";
        return [
          200,
          commit(id, [
            { type: "released", agent: "mara", reason: "declined" },
            { type: "queued", queue: summary.queue, priority: summary.priority, reason: "declined" },
          ]),
        ];
      case "resolve":
        return [200, commit(id, [{ type: "resolved", by: "agent", by_id: "mara" }])];
      case "notes":
        return [200, commit(id, [{ type: "note_added", agent: "mara", text: body.text, client_id: body.client_id }])];
      case "transfer": {
        const reason = summary.status === "queued" ? "pushed" : "transferred";
        const to = body.agent ? [{ type: "assigned", agent: body.agent, reason, accept_by: null }] : [];
        if (reason === "pushed") return [200, commit(id, to)];
        const requires = body.skill ? { kind: body.skill, level: body.level } : null;
        return [
          200,
          commit(id, [
            { type: "released", agent: summary.owner, reason },
            { type: "queued", queue: body.queue ?? summary.queue, priority: summary.priority, reason, requires },
            ...to,
          ]),
        ];
      }
      case "consult":
        return [200, commit(id, [{ type: "consult_started", agent: body.agent, by: summary.owner, question: body.question, actor: agent }])];
      case "drafts": {
        const { events, answer } = drafted(body, ledger, faults.draft ?? "");
        commit(id, events);
        return [200, answer];
      }
      case "messages":
      case "resend": {
        if (faults.replies) {
          clientIds.delete(body.client_id);
          return [409, { code: "not_allowed_now", message: "refused for a look at it" }];
        }
        const original = ledger.events.find((e) => e.message === body.message);
        const message = fresh("m");
        const event = {
          type: "message_sent",
          message,
          author: "agent",
          author_id: "mara",
          actor: agent,
          content: content(body.text ?? original.content.text),
          client_id: body.client_id ?? "",
          resend_of: body.message ?? "",
          original: body.original ?? "",
          original_language: body.original_language ?? "",
          translated_by: body.translated_by ?? "",
        };
        const after = commit(id, [event]);
        if (summary.channel !== "webchat")
          for (const [status, ms] of [
            ["sent", 150],
            ["delivered", 400],
          ])
            setTimeout(() => deliver(id, message, status), ms).unref();
        else deliver(id, message, "sent");
        return [200, after];
      }
    }
    return [404, { code: "not_found", message: "no such action" }];
  }

  const helping = helper({ commit, fresh, content, agent, ledgers, handovers });

  function api(method, path, query, body) {
    const [, , kind, id, action] = path.split("/").map(decodeURIComponent);
    if (path === "/v1/me") return [200, { agent: me(), role: "supervisor", large_model: true }];
    if (path === "/v1/me/presence") {
      me().presence = body.presence;
      push("mara", { type: "agent", agent: me() });
      return [200, me()];
    }
    if (path === "/v1/tickets") return [200, { ticket: "mara", url: `ws://127.0.0.1:${port}/ws?ticket=mara` }];
    const all = [...ledgers.values()].map((l) => l.summary);
    if (path === "/v1/inbox")
      return [200, { mine: all.filter((s) => s.owner === "mara"), waiting: all.filter((s) => s.status === "queued") }];
    if (path === "/v1/agents") return [200, { agents }];
    if (path === "/v1/parked") return [200, { parked }];
    if (kind === "parked") {
      parked = parked.filter((p) => p.id !== id);
      return [200, {}];
    }
    if (kind === "conversations" && action === "translations")
      return inOtherWords(ledgers.get(id), path.endsWith("/draft"), body, faults.lines, (events) => commit(id, events));
    if (kind === "conversations" && method === "DELETE")
      return [200, commit(id, [{ type: "consult_ended", agent: path.split("/").at(-1), by: "mara", actor: agent }])];
    const helped = helping(method, path, body);
    if (helped) return helped;
    if (kind === "conversations" && method === "POST") return act(id, action, body);
    const ledger = ledgers.get(id);
    if (kind === "conversations" && !ledger) return [404, { code: "not_found", message: "no such conversation" }];
    if (kind === "conversations" && action === "receipts") return [200, { receipts: receipts.get(id) ?? [] }];
    if (kind === "conversations" && action === "events")
      return [200, { events: ledger.events.filter((e) => e.no > Number(query.get("after"))), deliveries: ledger.deliveries }];
    if (kind === "conversations")
      return [
        200,
        {
          conversation: ledger.summary,
          contact: contacts.get(ledger.summary.contact),
          events: ledger.events,
          handover: handovers.get(id) ?? bare(ledger.events),
          deliveries: ledger.deliveries,
        },
      ];
    if (kind === "contacts" && action) return [200, { conversations: all.filter((s) => s.contact === id) }];
    if (kind === "contacts") return [200, contacts.get(id) ?? { id, name: "", phone: "", email: "", identities: [], attributes: {} }];
    return [404, { code: "not_found", message: "no such route" }];
  }

  function visitor(path, body) {
    const id = body.session ?? fresh("c");
    if (!contacts.has(id))
      contacts.set(id, {
        id,
        name: "Visitor",
        phone: "",
        email: "",
        identities: [{ channel: "webchat", account: "shop" }],
        attributes: {},
      });
    return [200, { session: id, visitor: id, ticket: id, url: `ws://127.0.0.1:${port}/ws?ticket=${id}` }];
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://x");
    const answer = ([status, body]) => {
      response.writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*" });
      response.end(JSON.stringify(body));
    };
    let raw = "";
    for await (const chunk of request) raw += chunk;
    const body = raw ? JSON.parse(raw) : {};
    const here = `http://127.0.0.1:${port}`;
    if (url.pathname === "/config.json")
      return answer([200, { deskApi: `${here}/desk`, cognitoEndpoint: `${here}/cognito`, clientId: "look", publicApi: here }]);
    if (url.pathname === "/cognito") return answer(cognito(request.headers["x-amz-target"], body));
    if (url.pathname.startsWith("/desk/")) return answer(api(request.method, url.pathname.slice(5), url.searchParams, body));
    if (url.pathname.startsWith("/webchat/")) return answer(visitor(url.pathname, body));
    const file = join(DIST, normalize(url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname));
    if (!file.startsWith(DIST) || !existsSync(file)) return answer([404, {}]);
    // What a deployment's strict policy would be: the pages must live with it.
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-security-policy": `default-src 'self'; connect-src 'self' ws://127.0.0.1:${port}`,
    });
    createReadStream(file).pipe(response);
  });

  const wss = new WebSocketServer({ server, path: "/ws", verifyClient: () => faults.lines });
  wss.on("connection", (socket, request) => {
    const who = new URL(request.url, "http://x").searchParams.get("ticket");
    sockets.set(socket, who);
    socket.on("close", () => sockets.delete(socket));
    socket.on("message", (raw) => {
      const { action, id, ...fields } = JSON.parse(String(raw));
      let result = {};
      const conversation = [...ledgers.values()].findLast((l) => l.summary.contact === who);
      if (action === "message" && !clientIds.has(fields.client_id)) {
        clientIds.add(fields.client_id);
        const cid = conversation?.summary.id ?? open(who, "webchat", "shop");
        commit(cid, [
          {
            type: "message_received",
            message: fresh("m"),
            content: content(fields.text),
            client_id: fields.client_id,
            actor: { kind: "customer", id: who },
          },
        ]);
        if (!conversation)
          commit(cid, [
            {
              type: "message_sent",
              message: fresh("m"),
              author: "bot",
              author_id: "bot",
              content: content("Thank you. A colleague will be with you in a moment."),
            },
            { type: "queued", queue: "general", priority: 5, reason: "policy" },
          ]);
      }
      if (action === "resume") result = { conversation: null, events: [] };
      if (action === "resume" && conversation)
        result = {
          conversation: { id: conversation.summary.id, status: conversation.summary.status },
          events: told(conversation.events.filter((e) => e.no > fields.after)),
          last_event: conversation.events.length,
        };
      if (action === "received") for (const message of fields.messages) deliver(conversation.summary.id, message, "delivered");
      if (action === "typing")
        push(who === "mara" ? ledgers.get(fields.conversation)?.summary.contact : "mara", {
          type: "typing",
          conversation: fields.conversation ?? conversation?.summary.id,
          who: who === "mara" ? "agent" : "customer",
        });
      socket.send(JSON.stringify({ type: "ack", id, result }));
    });
  });

  let port = 0;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  port = server.address().port;

  const desk = {
    address: `http://127.0.0.1:${port}`,
    ledgers,
    contacts,
    receipts,
    handovers,
    faults,
    commit,
    deliver,
    open,
    push,
    content,
    get agents() {
      return agents;
    },
    set agents(list) {
      agents = list;
    },
    set parked(list) {
      parked = list;
    },
    /** Cuts every line, as a network does. */
    cut: () => {
      for (const socket of sockets.keys()) socket.terminate();
    },
    connected: (who) => [...sockets.values()].filter((w) => w === who).length,
    stop: async () => {
      desk.cut();
      wss.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  fill(desk);
  return desk;
}
