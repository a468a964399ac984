// Behind a real nginx, as people put one in front: under a path that is kept or taken away, and by a name.
import { cpSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { experiment, fingerprint, live, tidy } from "./page.ts";
import { type Proxy, nginx, proxy } from "./nginx.ts";
import { copyDemo, expect, test as base, writeExperiment } from "./product.ts";

/** Starts an nginx before a server, and ends it after the test. */
type Front = (directives: string) => Promise<Proxy>;

const test = base.extend<{ front: Front }>({
  front: async ({ folder }, use) => {
    const started: Proxy[] = [];
    await use(async (directives) => {
      const one = await proxy(folder, directives);
      started.push(one);
      return one;
    });
    for (const one of started) await one.stop();
  },
});

test.skip(nginx === undefined, "there is no nginx here: .ci/setup-nginx.sh could not get one");

const socket = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;";

/** That the list shows its pictures, a world opens, and its picture moves. */
async function works(page: Page): Promise<void> {
  await expect(experiment(page, "Flower")).toBeVisible();
  const pictures = page.getByRole("region", { name: "Experiments" }).locator("img.thumb");
  await expect(pictures).not.toHaveCount(0);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
  }
  await experiment(page, "Flower").click();
  await live(page);
  const before = await fingerprint(page);
  await expect.poll(() => fingerprint(page), { message: "frames come" }).not.toBe(before);
  await tidy(page);
}

test("under a path that the proxy keeps", async ({ page, serve, front }) => {
  test.slow(); // Three worlds, one after the other.
  const server = await serve(undefined, ["--base-path", "/lab"]);
  expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/lab\/$/);
  const { host } = new URL(server.address);
  const { port } = await front(`location /lab { proxy_pass http://${host}; proxy_set_header Host $http_host; ${socket} }`);
  // Without the slash, and with a world to open: it is sent on to where the page is.
  await page.goto(`http://127.0.0.1:${port}/lab?experiment=flower&view=deviation&colormap=viridis`);
  await live(page);
  expect(new URL(page.url()).pathname).toBe("/lab/");
  await expect(page.getByRole("combobox", { name: "Colormap" })).toHaveValue("viridis");
  await page.goto(`http://127.0.0.1:${port}/lab/`);
  await works(page);
  // The address that the server printed works by itself, too.
  await page.goto(server.address);
  await works(page);
});

test("under a path that the proxy takes away, which tells nothing of itself", async ({ page, serve, front, folder }) => {
  const root = copyDemo(join(folder, "root"), ["flower", "spots"]);
  const odd = ["हिन्दी", "lr=1e-3,bs=4", "100% [final]", "a?b#c", "per%2Fcent\\+&"];
  for (const name of odd) {
    for (const part of ["experiments", "training_checkpoints"]) cpSync(join(root, part, "spots"), join(root, part, name), { recursive: true });
  }
  const server = await serve(root);
  const { port } = await front(`location /lab/ { proxy_pass ${server.address}; ${socket} }`);
  await page.goto(`http://127.0.0.1:${port}/lab/`);
  await works(page);
  // A name is the same on both sides of two encodings.
  for (const name of odd) {
    const answer = await page.request.get(`http://127.0.0.1:${port}/lab/api/experiments/${encodeURIComponent(name)}`);
    expect(((await answer.json()) as { name: string }).name).toBe(name);
  }
});

test("by a name, over plain http, where browsers keep some of their powers back", async ({ page, serve, front, folder }) => {
  const root = copyDemo(join(folder, "root"), ["flower"]);
  writeExperiment(root, "damaged", JSON.stringify({ MODEL_ARCHITECTURE: "UNET", MODEL_PARAMS: { d_state: 4, hidden_channels: 8 } }), ["checkpoint_ep1.pth"]);
  const server = await serve(root, ["--allow-host", "lab.example", "--trust-proxy", "127.0.0.1"]);
  const forwarded = "proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;";
  const { port } = await front(`location / { proxy_pass ${server.address}; ${forwarded} ${socket} }`);
  await page.goto(`http://lab.example:${port}/`);
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  await works(page);

  await experiment(page, "damaged").click();
  const failure = page.getByRole("main").getByRole("alert");
  await failure.getByText("Details", { exact: true }).click();
  await failure.getByRole("button", { name: "Copy the details" }).click();
  await expect(failure.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("Control+V");
  await expect(page.getByRole("searchbox")).toHaveValue(/checkpoint_ep1\.pth/);
});

test("a host that is not allowed is told with the switch that allows it", async ({ page, serve, front }) => {
  const server = await serve(undefined, ["--allow-host", "lab.example"]);
  const { port } = await front(`location / { proxy_pass ${server.address}; proxy_set_header Host $http_host; ${socket} }`);
  const refused = await page.goto(`http://other.example:${port}/`);
  expect(refused?.status()).toBe(403);
  await expect(page.locator("body")).toContainText("ath serve --allow-host other.example");
  await page.goto(`http://lab.example:${port}/`);
  await works(page);
});
