/** The real channel sandbox, before a system that takes every message and answers none by itself. */

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
const python = join(ROOT, ".venv/bin/python");

const listening = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));

async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
}

async function start() {
  const system = createServer((request, response) => request.resume().on("end", () => response.end("success")));
  const webhooks = `http://127.0.0.1:${await listening(system)}`;
  const folder = mkdtempSync(join(tmpdir(), "look-"));
  const script = `import json, local.company as c; print(json.dumps(c.sandbox_config(${JSON.stringify(webhooks)})))`;
  const written = execFileSync(python, ["-c", script], { cwd: ROOT, encoding: "utf8" });
  const config = JSON.parse(written);
  writeFileSync(join(folder, "sandbox.json"), written);
  const port = await freePort();
  const child = spawn(python, ["-m", "local.sandbox", "--config", join(folder, "sandbox.json"), "--port", String(port)], { cwd: ROOT });
  await new Promise((done, failed) => {
    child.stdout.once("data", done);
    child.once("exit", () => failed(new Error("the channel sandbox did not start")));
  });
  const address = `http://127.0.0.1:${port}`;
  const [whatsapp] = config.whatsapp;
  return {
    address,
    /** The system answers a WhatsApp customer. */
    answer: (customer, text) =>
      fetch(`${address}/graph/v23.0/${whatsapp.phone_number_id}/messages`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${whatsapp.access_token}` },
        body: JSON.stringify({ messaging_product: "whatsapp", recipient_type: "individual", to: customer, type: "text", text: { body: text } }),
      }),
    stop: async () => {
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await gone;
      system.closeAllConnections();
      system.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export const sandbox = { python, start };
