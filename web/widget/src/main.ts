/** The script a shop embeds:
 *
 *   <script src="…/switchboard-widget.js" data-public-api="https://…" data-account="…" defer></script>
 *
 * Optional: `data-config` (address of a JSON file with `publicApi`, in place of data-public-api), `data-title`, `data-name` (the
 * signed-in customer's name), `data-language` (en or zh), `data-accent` (a colour white text reads well on). */

import { Chat } from "./chat";
import { Kept } from "./store";
import { View } from "./view";
import { wordsFor } from "./words";

interface Handle {
  open: () => void;
  close: () => void;
}

declare global {
  interface Window {
    Switchboard?: Handle;
  }
}

async function begin(settings: DOMStringMap): Promise<void> {
  if (window.Switchboard || document.querySelector("[data-switchboard]")) return; // embedded twice
  const publicApi = settings.publicApi || (await configured(settings.config));
  const account = settings.account;
  if (!publicApi || !account) throw new Error("Switchboard widget: data-public-api and data-account are needed");

  const kept = new Kept(account, storage());
  const view = new View(() => chat, wordsFor(settings.language), settings.title ?? "");
  if (settings.accent) view.host.style.setProperty("--accent", settings.accent);
  const chat: Chat = new Chat({
    publicApi: publicApi.replace(/\/$/, ""),
    account,
    name: settings.name ?? "",
    kept,
    onChange: () => view.draw(),
  });
  document.body.append(view.host);
  window.Switchboard = { open: () => view.open(), close: () => view.close() };
  document.addEventListener("visibilitychange", () => view.draw());
  view.draw();
  // Who has chatted before hears of answers; to everyone else the page costs no connection until they open the chat.
  if (kept.session) chat.start();
}

async function configured(address: string | undefined): Promise<string> {
  if (!address) return "";
  const answer = await fetch(address, { cache: "no-store" });
  return answer.ok ? (((await answer.json()) as { publicApi?: string }).publicApi ?? "") : "";
}

/** The browser's storage, or one for this page view where access to it is denied. */
function storage(): Storage {
  try {
    window.localStorage.getItem("switchboard");
    return window.localStorage;
  } catch {
    const map = new Map<string, string>();
    return {
      get length() {
        return map.size;
      },
      clear: () => map.clear(),
      getItem: (key) => map.get(key) ?? null,
      key: (index) => [...map.keys()][index] ?? null,
      removeItem: (key) => void map.delete(key),
      setItem: (key, value) => void map.set(key, value),
    };
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const settings = { ...script.dataset };
  const run = (): void =>
    void begin(settings).catch((error: unknown) => {
      // eslint-disable-next-line no-console -- the site's developer has no other place to see it
      console.error(error);
    });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run, { once: true });
  else run();
}
