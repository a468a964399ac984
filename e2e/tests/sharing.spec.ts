// One world in several visits and several tabs: back, reload and a shared address lead to the same one while it lives.
import { type Page } from "@playwright/test";

import { colours, drag, experiment, fingerprint, live, pause, step, still } from "./page.ts";
import { expect, test } from "./product.ts";

function session(page: Page): string | null {
  return new URL(page.url()).searchParams.get("session");
}

/** Waits until the address names a session, and answers which. */
async function named(page: Page): Promise<string> {
  await expect.poll(() => session(page)).toMatch(/^[0-9a-f]{16}$/);
  return session(page) ?? "";
}

const play = (page: Page) => page.getByRole("button", { name: "Play", exact: true });

async function tool(page: Page, name: string): Promise<void> {
  await page.getByRole("region", { name: "Tools", exact: true }).getByRole("radio", { name }).click();
}

test("a reload comes back to the same world, where it is", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await expect.poll(() => step(page)).toBeGreaterThan(20);
  await pause(page);
  const [at, picture, address] = [await step(page), await still(page), page.url()];
  await named(page);

  await page.reload();
  await expect(play(page)).toBeEnabled();
  await expect.poll(() => step(page)).toBe(at);
  expect(await still(page)).toBe(picture);
  expect(page.url()).toBe(address);
  const health = (await (await page.request.get(`${server.address}api/health`)).json()) as { sessions: number };
  expect(health.sessions).toBe(1);
});

test("an address whose session is over says so, and opens what it describes", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(`${server.address}?experiment=flower&session=00000000000000ff&grid=48x80&boundary=torus&init=blob:8`);
  await live(page);
  await expect(page.getByText("The session of this address is over").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "World", exact: true })).toContainText("48 × 80 · torus");
  expect(await named(page)).not.toBe("00000000000000ff");
});

test("an address that was edited asks for another world", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  const first = await named(page);
  await page.goto(`${page.url()}&grid=48x80&init=blob:8`);
  await live(page);
  await expect(page.getByRole("region", { name: "World", exact: true })).toContainText("48 × 80");
  expect(await named(page)).not.toBe(first);
});

test("back and forward go through what was opened, and open nothing again", async ({ page, serve }) => {
  const server = await serve();
  const opened: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/sessions")) opened.push(request.url());
  });
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await expect.poll(() => step(page)).toBeGreaterThan(20);
  await pause(page);
  const [flower, at, picture] = [await named(page), await step(page), await still(page)];
  await page.getByRole("radio", { name: "Channel" }).click();
  const channel = await still(page);
  expect(channel).not.toBe(picture);

  await experiment(page, "Colony").click();
  await live(page);
  const colony = await named(page);
  expect(colony).not.toBe(flower);

  await page.goBack();
  await expect(page).toHaveTitle("Flower · Atheria");
  await expect(play(page)).toBeEnabled();
  expect(session(page)).toBe(flower);
  await expect.poll(() => step(page)).toBe(at);
  await expect.poll(() => fingerprint(page)).toBe(channel);
  await expect(page.getByRole("radio", { name: "Channel" })).toBeChecked();

  // Home: a change of the view was no visit of its own.
  await page.goBack();
  await expect(page).toHaveTitle("Atheria");
  expect(new URL(page.url()).search).toBe("");
  await expect(page.getByRole("banner")).not.toContainText("Flower");

  await page.goForward();
  await expect(page).toHaveTitle("Flower · Atheria");
  await expect.poll(() => step(page)).toBe(at);
  await page.goForward();
  await expect(page).toHaveTitle("Colony · Atheria");
  await live(page);
  expect(session(page)).toBe(colony);
  expect(opened).toHaveLength(2);
});

test("a world that was left stands still, and goes on when one comes back", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  const id = await named(page);
  const info = async () => (await (await page.request.get(`${server.address}api/sessions/${id}`)).json()) as { viewers: number; status: { step: number } };
  await experiment(page, "Colony").click();
  await live(page);
  await expect.poll(async () => (await info()).viewers).toBe(0);
  const left = (await info()).status.step;
  const colony = await step(page);
  await expect.poll(() => step(page)).toBeGreaterThan(colony + 20);
  expect((await info()).status.step).toBe(left);

  await page.goBack();
  await live(page);
  await expect.poll(() => step(page)).toBeGreaterThan(left);
});

test("two tabs share one session: steps, tools and the view", async ({ page, context, serve }) => {
  const server = await serve();
  await page.goto(`${server.address}?experiment=flower&grid=64x64&init=zeros&place=centre&view=deviation`);
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeEnabled({ timeout: 60_000 });
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(play(page)).toBeEnabled();
  await named(page);
  const at = await step(page);

  const other = await context.newPage();
  await other.goto(page.url());
  await expect(play(other)).toBeEnabled();
  await expect.poll(() => step(other)).toBe(at);
  for (const tab of [page, other]) await expect(tab.getByRole("banner")).toContainText("2 watching");

  await other.getByRole("button", { name: "One step", exact: true }).click();
  for (const tab of [page, other]) await expect.poll(() => step(tab)).toBe(at + 1);

  // A stroke of the one is seen by the other.
  await expect.poll(() => colours(page)).toBeLessThan(8);
  await tool(other, "Noise");
  await drag(other, [-40, 0], [40, 0]);
  await expect.poll(() => colours(page)).toBeGreaterThan(8);

  // The session has one view: the other tab's legend and choice follow.
  await page.getByRole("radio", { name: "Phase" }).click();
  await expect(other.getByRole("radio", { name: "Phase" })).toBeChecked();
  await expect(other.getByRole("img", { name: "Legend: Phase" })).toBeVisible();
  await expect.poll(() => new URL(other.url()).searchParams.get("view")).toMatch(/^phase/);

  // Whoever leaves closes nothing.
  await other.goto("about:blank");
  await other.close();
  await expect(page.getByRole("banner")).not.toContainText("watching");
  await page.getByRole("button", { name: "One step", exact: true }).click();
  await expect.poll(() => step(page)).toBe(at + 2);
});

test("R asks before it wipes what was done with a tool", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await pause(page);
  const question = page.getByRole("alertdialog", { name: "Go back to step 0?" });
  // Nothing is at stake yet.
  await page.locator("#world").focus();
  await page.keyboard.press("r");
  await expect.poll(() => step(page)).toBe(0);
  await expect(question).toBeHidden();

  await page.getByRole("button", { name: "One step", exact: true }).click();
  await expect.poll(() => step(page)).toBe(1);
  await tool(page, "Noise");
  await drag(page, [-40, 0], [40, 0]);
  await expect(page.getByRole("button", { name: /\d+ strokes/ })).toBeVisible();
  await page.locator("#world").focus();
  await page.keyboard.press("r");
  await expect(question).toBeVisible();
  await expect(question).toContainText(/wipes 1 step and \d+ strokes/);
  // The focus is inside, on what wipes nothing; and it stays inside.
  await expect(question.getByRole("button", { name: "Keep this world" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(question.getByRole("button", { name: "Reset" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(question.getByRole("button", { name: "Keep this world" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(page.locator("#world")).toBeFocused();
  expect(await step(page)).toBe(1);

  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await question.getByRole("button", { name: "Reset" }).click();
  await expect(question).toBeHidden();
  await expect.poll(() => step(page)).toBe(0);
});
