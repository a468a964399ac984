// The real product, as a test starts it: `ath serve` on a free port, over a folder that is the test's own.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { test as base, expect } from "@playwright/test";

const repository = resolve(import.meta.dirname, "../..");
const programs = process.env.ATHERIA_BIN_DIR ?? join(repository, "target/release");
const demo = join(repository, "server/demo/output");

/** A server that runs. */
export interface Server {
  /** Its address, with a slash at the end. */
  readonly address: string;
  /** Its root folder. */
  readonly root: string;
  /** Its process. */
  readonly pid: number;
  /** The processes of its engines. */
  engines(): number[];
  /** Kills its engines, as a segmentation fault would; answers how many there were. */
  killEngines(): number;
  /** Ends it, as Ctrl-C would or, with SIGKILL, as a loss of power would. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts servers, with more arguments where a test needs them, and ends them after the test. */
export type Serve = (root?: string, more?: readonly string[]) => Promise<Server>;

interface Fixtures {
  /** An empty folder that goes away with the test. */
  folder: string;
  /** Starts a server; without a root, over a copy of the demo that was never exported. */
  serve: Serve;
  /** Whatever the page wrote to its console as an error. Empty at the end of each test. */
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "atheria-e2e-"));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },

  serve: async ({ folder }, use) => {
    const started: Server[] = [];
    await use(async (root, more = []) => {
      const server = await start(root ?? copyDemo(join(folder, `demo-${started.length}`)), more);
      started.push(server);
      return server;
    });
    for (const server of started) await server.stop();
  },

  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // A request that fails is the page's business, and it has a text for it.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource") && !message.text().startsWith("WebSocket connection to")) {
          complaints.push(message.text());
        }
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Copies the demo's experiments, without any export that lies beside a checkpoint. */
export function copyDemo(to: string, only?: readonly string[]): string {
  mkdirSync(to, { recursive: true });
  for (const part of ["experiments", "training_checkpoints"]) {
    for (const name of readdirSync(join(demo, part))) {
      if (only !== undefined && !only.includes(name)) continue;
      cpSync(join(demo, part, name), join(to, part, name), {
        recursive: true,
        filter: (path) => !/model_.*\.pt$|\.stale$/.test(path),
      });
    }
  }
  return to;
}

/** Writes an experiment's folder: whatever of it is given. */
export function writeExperiment(root: string, name: string, config: string | undefined, checkpoints: readonly string[] = []): void {
  mkdirSync(join(root, "experiments", name), { recursive: true });
  mkdirSync(join(root, "training_checkpoints", name), { recursive: true });
  if (config !== undefined) writeFileSync(join(root, "experiments", name, "config.json"), config);
  for (const file of checkpoints) writeFileSync(join(root, "training_checkpoints", name, file), "no checkpoint");
}

async function start(root: string, more: readonly string[]): Promise<Server> {
  const program = join(programs, "ath");
  if (!existsSync(program)) throw new Error(`${program} is missing: run make build`);
  const port = more.includes("--port") ? [] : ["--port", "0"];
  const args = ["serve", ...port, "--root", root, "--web", join(repository, "dist"), ...more];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const address = await printedAddress(child);
  return {
    address,
    root,
    pid: child.pid ?? 0,
    engines: () => engines(child),
    killEngines: () => {
      const pids = engines(child);
      for (const pid of pids) process.kill(pid, "SIGKILL");
      return pids.length;
    },
    stop: (signal = "SIGTERM") => stop(child, signal),
  };
}

function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((found, lost) => {
    let said = "";
    const deadline = setTimeout(() => lost(new Error(`no address within 20 s; the server said: ${said}`)), 20_000);
    const hear = (bytes: Buffer) => {
      said += bytes.toString();
      const address = /http:\/\/[^\s"]+\//.exec(said)?.[0];
      if (address !== undefined) {
        clearTimeout(deadline);
        found(address);
      }
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", (bytes: Buffer) => (said += bytes.toString()));
    child.once("exit", (code) => {
      clearTimeout(deadline);
      lost(new Error(`ath ended with ${code}: ${said}`));
    });
  });
}

/** Ends a process, and waits until it is over. */
export function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
    child.once("exit", () => {
      clearTimeout(hard);
      done();
    });
    child.kill(signal);
  });
}

/** The children of a server that run ath-engine. */
function engines(server: ChildProcess): number[] {
  const isEngine = (pid: number) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const parent = /^.*\) \S+ (\d+)/s.exec(stat)?.[1];
      return Number(parent) === server.pid && readlinkSync(`/proc/${pid}/exe`).includes("ath-engine");
    } catch {
      return false; // a process that ended while it was looked at
    }
  };
  return readdirSync("/proc").map(Number).filter((pid) => pid > 0 && isEngine(pid));
}
