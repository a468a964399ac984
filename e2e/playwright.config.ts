// Browser tests of the built product. No retries and one worker: a test that needs either is wrong.
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { defineConfig } from "@playwright/test";

const ours = resolve(import.meta.dirname, "../.tools/bin/browser");
const browser = process.env.CHROMIUM ?? (existsSync(ours) ? ours : "/usr/bin/chromium");

export default defineConfig({
  testDir: "tests",
  timeout: 90_000,
  expect: { timeout: 20_000 },
  retries: 0,
  workers: 1,
  forbidOnly: true,
  reporter: "list",
  use: {
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: browser,
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        // Names for the tests of proxies; whatever they are, they are this machine.
        "--host-resolver-rules=MAP *.example 127.0.0.1",
      ],
    },
  },
});
