/** What the widget keeps on the visitor's device: the session, unsent messages, and how far they have read. All tabs share it. */

import type { Pending } from "./state";

export class Kept {
  private readonly prefix: string;

  constructor(
    account: string,
    private readonly storage: Storage,
  ) {
    this.prefix = `switchboard.${account}.`;
  }

  get session(): string | null {
    return this.read("session");
  }

  set session(session: string | null) {
    this.write("session", session);
  }

  get seen(): { conversation: string; no: number } {
    const [conversation = "", no = "0"] = (this.read("seen") ?? "").split("#");
    return { conversation, no: Number(no) || 0 };
  }

  set seen(seen: { conversation: string; no: number }) {
    this.write("seen", `${seen.conversation}#${seen.no}`);
  }

  /** A key a message: tabs that write at the same time do not overwrite each other. */
  keep(pending: Pending): void {
    this.write(`unsent.${pending.client_id}`, JSON.stringify(pending));
  }

  drop(clientId: string): void {
    this.write(`unsent.${clientId}`, null);
  }

  unsent(): Pending[] {
    const found: Pending[] = [];
    const prefix = `${this.prefix}unsent.`;
    for (let i = 0; i < this.length; i++) {
      const key = this.storage.key(i);
      if (key?.startsWith(prefix)) {
        const one = parse(this.storage.getItem(key));
        if (one) found.push(one);
      }
    }
    return found.sort((a, b) => a.at.localeCompare(b.at));
  }

  /** What a `storage` event says another tab did: keep an unsent message, or drop one because the server has it. */
  elsewhere(event: StorageEvent): { kept: Pending } | { dropped: string } | null {
    const prefix = `${this.prefix}unsent.`;
    if (!event.key?.startsWith(prefix)) return null;
    const kept = parse(event.newValue);
    return kept ? { kept } : { dropped: event.key.slice(prefix.length) };
  }

  // Storage can be full or forbidden: the chat then works for this page view alone.
  private get length(): number {
    try {
      return this.storage.length;
    } catch {
      return 0;
    }
  }

  private read(key: string): string | null {
    try {
      return this.storage.getItem(this.prefix + key);
    } catch {
      return null;
    }
  }

  private write(key: string, value: string | null): void {
    try {
      if (value === null) this.storage.removeItem(this.prefix + key);
      else this.storage.setItem(this.prefix + key, value);
    } catch {
      /* see above */
    }
  }
}

function parse(text: string | null): Pending | null {
  try {
    const one = JSON.parse(text ?? "null") as Pending | null;
    return one && typeof one.client_id === "string" && typeof one.text === "string" ? one : null;
  } catch {
    return null;
  }
}
