// What `make bench` measures in the browser. Not tests: nothing here passes or fails by a time.
import { defineConfig } from "@playwright/test";

import tests from "./playwright.config.ts";

// A trace takes pictures of the page: half of what the processor draws would be those.
export default defineConfig(tests, { testDir: "bench", timeout: 300_000, use: { trace: "off", screenshot: "off" } });
