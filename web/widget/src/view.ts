/** The bubble and the panel. */

import type { Chat } from "./chat";
import { currentPart } from "./state";
import { style } from "./style";
import type { Words } from "./words";

const LONGEST = 4_000;
/** Messages of one side within this time read as one turn. */
const TURN_MS = 3 * 60_000;

const ICONS = {
  chat: '<path d="M21 12a8.5 8.5 0 0 1-12.3 7.6L3.5 21l1.4-5A8.5 8.5 0 1 1 21 12Z"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  send: '<path d="M4 12h14m-6-7 7 7-7 7"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
};

function icon(name: keyof typeof ICONS, size: number): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor", "stroke-width": 1.9 };
  for (const [k, v] of Object.entries(attributes)) svg.setAttribute(k, String(v));
  svg.setAttribute("stroke-linecap", "round");
  svg.setAttribute("stroke-linejoin", "round");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = ICONS[name]; // our own constants, never a message
  return svg;
}

type Child = Node | string | null | undefined | false;

function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) node.setAttribute(k, v);
  node.append(...children.filter((c): c is Node | string => !!c));
  return node;
}

/** Text with its web addresses as links; built of nodes, so that a message can never bring markup along. */
function linked(text: string): DocumentFragment {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g)) {
    out.append(text.slice(from, found.index));
    out.append(el("a", { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow" }, found[0]));
    from = found.index + found[0].length;
  }
  out.append(text.slice(from));
  return out;
}

interface Row {
  key: string;
  /** What the row shows; the same signature means nothing to redraw. */
  signature: string;
  draw: () => HTMLElement;
}

export class View {
  readonly host = el("div", { "data-switchboard": "" });
  private readonly bubble: HTMLButtonElement;
  private readonly badge = el("span", { class: "badge", hidden: "" });
  private readonly panel: HTMLElement;
  private readonly status: HTMLElement;
  private readonly list: HTMLElement;
  private readonly input: HTMLTextAreaElement;
  private readonly submit: HTMLButtonElement;
  private readonly rows = new Map<string, { signature: string; node: HTMLElement }>();

  constructor(
    private readonly chat: () => Chat,
    private readonly words: Words,
    title: string,
  ) {
    const w = words;
    this.bubble = el(
      "button",
      { class: "bubble", type: "button", "aria-label": w.open, "aria-expanded": "false", "data-testid": "sb-open" },
      icon("chat", 26),
      this.badge,
    );
    const close = el("button", { type: "button", "aria-label": w.close, "data-testid": "sb-close" }, icon("close", 20));
    this.status = el("p", { class: "state", role: "status", "data-testid": "sb-state", hidden: "" });
    this.list = el("div", {
      class: "messages",
      role: "log",
      "aria-live": "polite",
      "aria-label": w.messages,
      tabindex: "0",
      "data-testid": "sb-messages",
    });
    this.input = el("textarea", {
      rows: "1",
      placeholder: w.placeholder,
      "aria-label": w.placeholder,
      maxlength: String(LONGEST),
      "data-testid": "sb-input",
    });
    this.submit = el("button", { type: "submit", "aria-label": w.send, disabled: "", "data-testid": "sb-send" }, icon("send", 20));
    const form = el("form", { class: "write" }, this.input, this.submit);
    this.panel = el(
      "section",
      { class: "panel", role: "dialog", "aria-label": title || w.title, hidden: "", "data-testid": "sb-panel" },
      el("header", { class: "head" }, el("h2", {}, title || w.title), close),
      this.status,
      this.list,
      form,
    );

    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a strict Content-Security-Policy allows this, where it forbids <style>
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    root.append(el("div", { class: "root" }, this.bubble, this.panel));

    this.bubble.onclick = () => this.open();
    close.onclick = () => this.close();
    this.panel.onkeydown = (event) => {
      if (event.key === "Escape") this.close();
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      this.send();
    };
    this.input.oninput = () => {
      this.grow();
      if (this.input.value) this.chat().typing();
    };
    this.input.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    };
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  open(): void {
    this.panel.hidden = false;
    this.bubble.hidden = true;
    this.bubble.setAttribute("aria-expanded", "true");
    this.chat().start();
    this.draw();
    this.list.scrollTop = this.list.scrollHeight;
    this.input.focus();
  }

  close(): void {
    this.panel.hidden = true;
    this.bubble.hidden = false;
    this.bubble.setAttribute("aria-expanded", "false");
    this.bubble.focus();
  }

  draw(): void {
    const chat = this.chat();
    if (this.isOpen && document.visibilityState === "visible") chat.read();
    const news = this.isOpen ? 0 : chat.unread;
    this.badge.hidden = news === 0;
    this.badge.textContent = news > 9 ? "9+" : String(news);
    this.bubble.setAttribute("aria-label", news ? this.words.unread.replace("{n}", String(news)) : this.words.open);
    if (!this.isOpen) return;

    const { words: w } = this;
    const text = chat.refused
      ? w.refused
      : chat.connection === "waiting"
        ? w.offline
        : chat.connection === "connecting"
          ? w.connecting
          : "";
    this.status.dataset.state = chat.connection;
    this.input.disabled = chat.refused;
    this.atEnd(() => {
      this.status.hidden = !text;
      this.status.textContent = text;
      this.place(this.rowsOf(chat));
    });
  }

  /** Whoever reads the latest stays with it, whatever `change` does to the room there is. */
  private atEnd(change: () => void): void {
    const { list } = this;
    const stay = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
    change();
    if (stay) list.scrollTop = list.scrollHeight;
  }

  private send(): void {
    const text = this.input.value.trim();
    if (!text || this.chat().refused) return;
    this.input.value = "";
    this.grow();
    this.chat().send(text);
    this.list.scrollTop = this.list.scrollHeight;
    this.input.focus();
  }

  private grow(): void {
    this.submit.disabled = !this.input.value.trim();
    this.atEnd(() => {
      this.input.style.height = "auto";
      this.input.style.height = `${Math.min(120, this.input.scrollHeight + 2)}px`;
    });
  }

  private rowsOf(chat: Chat): Row[] {
    const { words: w } = this;
    const rows: Row[] = [{ key: "hello", signature: "", draw: () => this.message("hello", false, w.greeting, w.assistant, false) }];
    const current = currentPart(chat.state);
    for (const part of chat.state.parts) {
      let before = { who: "", at: 0 };
      for (const m of part.messages) {
        const own = m.type === "message_received";
        const who = own ? w.you : m.actor.kind === "agent" ? w.team : w.assistant;
        const at = Date.parse(m.at);
        const joined = before.who === who && at - before.at < TURN_MS;
        before = { who, at };
        const key = `${part.id}#${m.no}`;
        const files = m.content.attachments.map((a) => a.name || w.file);
        const text = [m.content.text, ...files].filter(Boolean).join("\n") || w.file;
        // An own message keeps its row when its event arrives in place of the unsent one.
        const ownKey = own && m.client_id ? m.client_id : key;
        rows.push({
          key: ownKey,
          signature: own ? "sent" : `${joined}`,
          draw: () => this.message(key, own, text, who, joined, own ? "sent" : undefined, m.at),
        });
      }
      if (part !== current || part.status === "resolved")
        rows.push({ key: `${part.id}#end`, signature: "", draw: () => el("p", { class: "end" }, w.resolved) });
    }
    for (const p of chat.state.pending) {
      const state = p.failed ? "failed" : p.taken ? "sent" : "sending";
      rows.push({
        key: p.client_id,
        signature: state,
        draw: () => this.message(p.client_id, true, p.text, w.you, false, state, p.at, () => chat.retry(p.client_id)),
      });
    }
    if (chat.typingUntil > Date.now())
      rows.push({
        key: "typing",
        signature: "",
        draw: () =>
          el(
            "div",
            { class: "m", "data-testid": "sb-typing" },
            el("div", { class: "b dots" }, el("i"), el("i"), el("i"), el("span", { class: "hidden" }, w.typing)),
          ),
      });
    return rows;
  }

  private message(
    id: string,
    own: boolean,
    text: string,
    who: string,
    joined: boolean,
    state?: "sending" | "sent" | "failed",
    at?: string,
    retry?: () => void,
  ): HTMLElement {
    const { words: w } = this;
    const again = state === "failed" && retry ? el("button", { type: "button", "data-testid": `sb-retry-${id}` }, w.retry) : null;
    if (again && retry) again.onclick = retry;
    const tick =
      state &&
      el(
        "span",
        { "data-testid": `sb-tick-${id}`, "data-state": state },
        state === "failed" ? w.failed : icon(state === "sent" ? "check" : "clock", 14),
        state !== "failed" && el("span", { class: "hidden" }, w[state]),
      );
    const time = at ? el("time", { datetime: at }, new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })) : null;
    return el(
      "div",
      {
        class: ["m", own && "own", joined && "joined", state === "failed" && "failed"].filter(Boolean).join(" "),
        "data-testid": `sb-message-${id}`,
      },
      own ? el("span", { class: "hidden" }, `${who}:`) : el("span", { class: "meta who" }, who),
      el("div", { class: "b" }, linked(text)),
      own && el("span", { class: "meta" }, time, tick, again),
    );
  }

  /** Puts rows in place, touching only what differs: the screen reader then reads only what is new. */
  private place(rows: Row[]): void {
    const keep = new Set(rows.map((r) => r.key));
    for (const [key, { node }] of this.rows)
      if (!keep.has(key)) {
        node.remove();
        this.rows.delete(key);
      }
    let after: Element | null = null;
    for (const row of rows) {
      let known = this.rows.get(row.key);
      if (!known || known.signature !== row.signature) {
        const node = row.draw();
        if (known) known.node.replaceWith(node);
        known = { signature: row.signature, node };
        this.rows.set(row.key, known);
      }
      const expected: Element | null = after ? after.nextElementSibling : this.list.firstElementChild;
      if (expected !== known.node) this.list.insertBefore(known.node, expected);
      after = known.node;
    }
  }
}
