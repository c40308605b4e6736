/** Proves the sizes the pages promise. Needs a build. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = join(import.meta.dirname, "../dist");
const kB = (file) => gzipSync(readFileSync(file), { level: 9 }).length / 1000;
let short = false;

function figure(name, value, limit) {
  const ok = value <= limit;
  short ||= !ok;
  console.log(`figure ${name} ${value.toFixed(1)}kB <=${limit}kB ${ok ? "ok" : "short"}`);
}

figure("web_widget_gzip", kB(join(dist, "widget/switchboard-widget.js")), 20);
const assets = join(dist, "console/assets");
figure(
  "web_console_js_gzip",
  readdirSync(assets)
    .filter((f) => f.endsWith(".js"))
    .reduce((sum, f) => sum + kB(join(assets, f)), 0),
  200,
);
process.exitCode = short ? 1 : 0;
