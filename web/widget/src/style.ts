/** The widget's look; it lives in a shadow root, so nothing of it reaches the page and nothing of the page reaches it. */
export const style = `
/* Light or dark as the page is: it stands in the middle of it. */
:host { all: initial; color-scheme: inherit; --accent: #0b6e66; --on-accent: #fff;
  --surface: light-dark(#fff, #151b1a); --bg: light-dark(#f5f7f7, #0e1312); --line: light-dark(#dfe5e5, #2a3332);
  --text: light-dark(#151e1d, #e7edeb); --text-2: light-dark(#566462, #9daba8); --bad: light-dark(#b3261e, #ff9a90); }
* { box-sizing: border-box; margin: 0; }
.root { position: fixed; right: 24px; bottom: 24px; z-index: 2147483000; font: 400 14px/20px system-ui, -apple-system, "Segoe UI", "PingFang SC",
  "Microsoft YaHei", "Noto Sans CJK SC", Arial, sans-serif; color: var(--text); }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; }
:focus-visible { outline: 2px solid light-dark(var(--accent), #a6d9cf); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }

.bubble { position: relative; display: grid; place-items: center; width: 56px; height: 56px; border-radius: 50%; background: var(--accent);
  color: var(--on-accent); box-shadow: 0 8px 24px rgb(8 24 22 / 24%), 0 2px 4px rgb(8 24 22 / 12%); transition: scale .15s; }
.bubble:hover { scale: 1.05; }
.bubble:focus-visible { outline: 3px solid var(--surface); outline-offset: -6px; }
.badge { position: absolute; top: -2px; right: -2px; min-width: 20px; padding: 0 6px; border-radius: 10px; background: #b3261e; color: #fff;
  font-size: 12px; font-weight: 600; box-shadow: 0 0 0 2px #fff; }

.panel { display: flex; flex-direction: column; width: 376px; height: min(600px, calc(100vh - 48px));
  border: 1px solid var(--line); border-radius: 16px; background: var(--bg); overflow: hidden;
  box-shadow: 0 24px 64px rgb(8 24 22 / 24%), 0 4px 12px rgb(8 24 22 / 10%); animation: rise .18s ease-out; }
@keyframes rise { from { opacity: 0; translate: 0 12px; } }
.head { display: flex; align-items: center; justify-content: space-between; padding: 12px 12px 12px 20px; background: var(--accent); color: var(--on-accent); }
.head h2 { font-size: 16px; line-height: 24px; font-weight: 600; }
.head button { display: grid; place-items: center; width: 32px; height: 32px; border-radius: 8px; background: none; color: inherit; }
.head button:hover { background: rgb(255 255 255 / 16%); }
.head :focus-visible { outline-color: var(--on-accent); outline-offset: -2px; }
.state { padding: 8px 20px; border-bottom: 1px solid var(--line); background: var(--surface); font-size: 13px; color: var(--text-2); }

.messages { flex: 1; min-height: 0; display: flex; flex-direction: column; padding: 16px; overflow-y: auto; overscroll-behavior: contain; }
.m { display: grid; flex: none; gap: 2px; max-width: 84%; margin-top: 12px; align-self: flex-start; justify-items: start; }
.m:first-child { margin-top: 0; }
.m.joined { margin-top: 4px; }
.m.own { align-self: flex-end; justify-items: end; }
.b { padding: 8px 12px; border: 1px solid var(--line); border-radius: 4px 14px 14px 14px; background: var(--surface); white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.own .b { border-color: transparent; border-radius: 14px 4px 14px 14px; background: var(--accent); color: var(--on-accent); }
.b a { color: inherit; }
.meta { display: flex; align-items: center; gap: 6px; padding: 0 4px; font-size: 12px; line-height: 16px; color: var(--text-2); }
.m.joined .who { display: none; }
.meta svg { display: block; }
.failed .b { background: var(--surface); border-color: var(--bad); color: var(--text); }
.failed .meta { color: var(--bad); }
.meta button { padding: 0; background: none; color: inherit; font-weight: 600; text-decoration: underline; text-underline-offset: 2px; }
.end { margin: 16px auto 4px; padding: 0 12px; font-size: 12px; line-height: 16px; text-align: center; color: var(--text-2); }
.dots { display: flex; gap: 4px; padding: 12px; }
.dots i { width: 6px; height: 6px; border-radius: 50%; background: var(--text-2); animation: hop 1.2s ease-in-out infinite; }
.dots i:nth-child(2) { animation-delay: .15s; }
.dots i:nth-child(3) { animation-delay: .3s; }
@keyframes hop { 30% { opacity: .3; translate: 0 -2px; } }

.write { display: flex; align-items: flex-end; gap: 8px; padding: 12px; border-top: 1px solid var(--line); background: var(--surface); }
.write textarea { flex: 1; min-height: 40px; max-height: 120px; padding: 9px 12px; border: 1px solid light-dark(#8a9897, #6b7977); border-radius: 12px; background: none; resize: none; unicode-bidi: plaintext; }
.write textarea::placeholder { color: var(--text-2); opacity: 1; }
.write textarea:focus-visible { outline-offset: 0; }
.write button { display: grid; flex: none; place-items: center; width: 40px; height: 40px; border-radius: 12px; background: var(--accent); color: var(--on-accent); }
.write button:disabled { opacity: .45; cursor: default; }

@media (max-width: 480px) {
  .root:has(.panel:not([hidden])) { inset: 0; }
  .panel { width: 100%; height: 100%; border: 0; border-radius: 0; }
  .write textarea { font-size: 16px; } /* below, a phone zooms in */
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media print { .root { display: none; } }
`;
