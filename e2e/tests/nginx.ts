// A real nginx in front of a server, as people put one there.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join, resolve } from "node:path";

import { expect, stop } from "./product.ts";

const ours = resolve(import.meta.dirname, "../../.tools/bin/nginx");

/** The program; none where it could not be had. */
export const nginx = [process.env.NGINX, ours].find((file) => file !== undefined && existsSync(file));

/** An nginx that runs. */
export interface Proxy {
  /** Its port, on 127.0.0.1. */
  readonly port: number;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts one whose server has these directives: locations, and what goes with them. */
export async function proxy(folder: string, directives: string): Promise<Proxy> {
  if (nginx === undefined) throw new Error("there is no nginx");
  const port = await freePort();
  const own = join(folder, `nginx-${port}`);
  mkdirSync(own);
  const file = join(own, "nginx.conf");
  const kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${own}/${name};`);
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${own}/pid; error_log ${own}/error.log;
events { worker_connections 64; }
http {
  access_log off; ${kept.join(" ")}
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${port};
    proxy_http_version 1.1;
    ${directives}
  }
}
`,
  );
  const child = spawn(nginx, ["-p", own, "-e", "stderr", "-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  await expect.poll(async () => (child.exitCode === null ? await answers(port) : said), { message: "nginx listens" }).toBe(true);
  return { port, stop: () => stop(child, "SIGTERM") };
}

/** A port that is free now: nginx takes no other than one that it is told. */
function freePort(): Promise<number> {
  return new Promise((found, lost) => {
    const server = createServer();
    server.once("error", lost);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? found(address.port) : lost(new Error("no port"))));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((told) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), told(true)));
    socket.once("error", () => told(false));
  });
}
