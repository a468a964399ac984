// What `make bench` measures in the browser. Not tests: nothing here passes or fails by a time.
import { defineConfig } from "@playwright/test";

import tests from "./playwright.config.ts";

export default defineConfig(tests, { testDir: "bench", timeout: 300_000 });
