// Shows: a world that plays its strokes and starts over with a fade, until somebody takes it into their own hands.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { canvas, live, pause, point, step } from "./page.ts";
import { type Serve, type Server, copyDemo, expect, test } from "./product.ts";

/** A server with a flower whose show has 440 steps at 40 a second, and a stroke at step 20. */
async function short(serve: Serve, folder: string): Promise<Server> {
  const root = copyDemo(join(folder, "root"), ["flower"]);
  const file = join(root, "experiments/flower/atheria.json");
  const shown = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const show = { steps: 440, events: [{ step: 20, stroke: { tool: "inject", at: { y: 15, x: 15 } } }] };
  writeFileSync(file, JSON.stringify({ ...shown, steps_per_second: 40, show }));
  return serve(root);
}

/** How much of the canvas is seen. */
async function opacity(page: Page): Promise<number> {
  return canvas(page).evaluate((element) => Number(getComputedStyle(element).opacity));
}

/** What the server says of the world that is open. */
async function status(page: Page, server: Server): Promise<{ step: number; show_ends?: number }> {
  const sessions = (await (await page.request.get(`${server.address}api/sessions`)).json()) as { status: { step: number; show_ends?: number } }[];
  const [session] = sessions;
  if (session === undefined) throw new Error("there is no session");
  return session.status;
}

for (const says of [
  { locale: "en-GB", soon: /^starts over in [1-5] s$/, strokes: /1 stroke$/ },
  { locale: "es-AR", soon: /^vuelve a empezar en [1-5] s$/, strokes: /1 trazo$/ },
] as const) {
  test.describe(says.locale, () => {
    test.use({ locale: says.locale });

    test("a show plays its stroke, says when it starts over, fades, and begins again", async ({ page, serve, folder }) => {
      const server = await short(serve, folder);
      await page.goto(`${server.address}?experiment=flower`);
      await live(page);
      await expect(page.getByRole("button", { name: says.strokes }), "what the show does can be downloaded too").toBeVisible();
      await expect(page.getByText(says.soon)).toBeVisible();
      expect(await step(page)).toBeGreaterThan(200);
      await expect.poll(() => opacity(page), { intervals: [20], message: "the picture fades out" }).toBeLessThan(0.9);
      await expect.poll(() => step(page), { intervals: [20], message: "it begins again" }).toBeLessThan(100);
      await expect.poll(() => opacity(page), { message: "and fades in" }).toBe(1);
      await expect(page.getByText(says.soon)).toBeHidden();
      expect((await status(page, server)).show_ends).toBe(440);
      await expect(page.getByRole("button", { name: says.strokes }), "its second past has its stroke once").toBeVisible();
    });
  });
}

test("a world that somebody touched goes on as theirs until it is reset; a pause only pauses", async ({ page, serve, folder }) => {
  const server = await short(serve, folder);
  await page.goto(`${server.address}?experiment=flower`);
  await live(page);
  await pause(page);
  expect((await status(page, server)).show_ends, "a pause is no end").toBe(440);
  await page.getByRole("radio", { name: "Erase" }).click();
  const at = await point(page, 100, 100);
  await page.mouse.click(at.x, at.y);
  await expect.poll(async () => (await status(page, server)).show_ends, { message: "the world is theirs" }).toBeUndefined();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => step(page), { message: "it does not start over" }).toBeGreaterThan(460);
  await expect(page.getByText(/starts over/)).toBeHidden();
  await page.getByRole("button", { name: "Reset" }).click();
  // What they did is asked about before it is wiped; a show never is.
  await page.getByRole("alertdialog").getByRole("button", { name: "Reset" }).click();
  await expect.poll(async () => (await status(page, server)).show_ends).toBe(440);
  await expect.poll(() => step(page)).toBeLessThan(300);
});

test("the same world from its address is the same show, and another world has none", async ({ page, serve, folder }) => {
  const server = await short(serve, folder);
  await page.goto(`${server.address}?experiment=flower`);
  await live(page);
  await expect.poll(() => page.url()).toContain("flower");
  await page.reload();
  await live(page);
  expect((await status(page, server)).show_ends).toBe(440);
  await page.goto(`${server.address}?experiment=flower&grid=96x96&init=blob:8`);
  await live(page);
  await expect.poll(async () => (await status(page, server)).show_ends).toBeUndefined();
});

test.describe("with reduced motion", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("nothing fades, and it is still said", async ({ page, serve, folder }) => {
    const server = await short(serve, folder);
    await page.goto(`${server.address}?experiment=flower`);
    await live(page);
    await expect(page.getByText("starts over in 1 s")).toBeVisible();
    expect(await opacity(page)).toBe(1);
  });
});
