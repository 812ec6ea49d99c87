// The built program serving the sample, in a scratch folder.
"use strict";
const { execFileSync, spawn } = require("node:child_process");
const { existsSync, mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const startSecondsMax = 60;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function startServer(acta) {
  const scratch = mkdtempSync(join(tmpdir(), "acta-browser-"));
  const data = join(scratch, "data"), told = join(data, "server.json");
  execFileSync(acta, ["--data", data, "demo", "--no-serve"], { stdio: "ignore" });
  const server = spawn(acta, ["--data", data, "serve", "--listen", "127.0.0.1:0"], { stdio: "ignore" });
  const ended = new Promise((done) => server.once("exit", done));
  const deadline = Date.now() + startSecondsMax * 1000;
  while (!existsSync(told)) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error("acta did not start");
    await pause(50);
  }
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
    rmSync(scratch, { recursive: true });
  };
  return { origin: `http://${JSON.parse(readFileSync(told)).address}`, stop };
}

module.exports = { startServer };
