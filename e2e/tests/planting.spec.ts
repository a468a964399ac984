// What a click plants: one seed, whole, shown before the click; and a world without one says so.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { canvas, colour, commands, live, matter, point, rewind, step, still, tidy } from "./page.ts";
import { copyDemo, expect, test } from "./product.ts";

/** Waves as it is shown, its 160x160 cells on the canvas; the upper right of it is dark. */
const waves = "?experiment=waves";

/** Pixels of the page that a cell takes, when all of a world of so many cells a side is seen. */
async function cellSize(page: Page, side: number): Promise<number> {
  const box = await canvas(page).boundingBox();
  if (box === null) throw new Error("the canvas is not on the page");
  return Math.min(box.width, box.height) / side;
}

/** How many cells from a point the fire is, looked for upwards: where red is brighter than green. */
async function fire(page: Page, x: number, y: number, cell: number): Promise<number[]> {
  const found: number[] = [];
  for (let cells = 0; cells < 45; cells++) {
    const [red, green] = await colour(page, x, y - cells * cell);
    if (red > 90 && red > green) found.push(cells);
  }
  return found;
}

/** Makes steps until this one, and no further. */
async function stepsTo(page: Page, wanted: number): Promise<void> {
  const session = new URL(page.url()).searchParams.get("session") ?? "none";
  const steps = wanted - (await step(page));
  const asked = await page.request.post(new URL(`api/sessions/${session}/commands`, page.url()).href, { data: { command: "step", steps } });
  expect(asked.status()).toBe(204);
  await expect.poll(() => step(page), { timeout: 60_000 }).toBe(wanted);
  await still(page);
}

test("a click in Waves lights one ring that runs outwards and leaves the middle dark", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + waves);
  await live(page);
  await rewind(page);
  const before = await matter(page);
  await page.getByRole("radio", { name: "Inject" }).click();
  const cell = await cellSize(page, 160);
  // Cell (40, 120): 40 to the right of the middle and 40 above it.
  const [x, y] = [40 * cell + cell / 2, -40 * cell + cell / 2];
  const at = await point(page, x, y);
  await page.mouse.click(at.x, at.y);
  await expect.poll(() => matter(page), { message: "a disc of radius 4, and nothing besides" }).toBe(before + 49);
  expect(sent.find((command) => command.command === "tool")?.stroke).toMatchObject({ tool: "inject", at: { y: 40, x: 120 } });
  // The pointer's own lines are out of the way.
  await page.mouse.move(0, 0);
  await stepsTo(page, 60);
  const early = await fire(page, x, y, cell);
  expect(early.length, "there is fire").toBeGreaterThan(0);
  expect(Math.min(...early), "the middle has burnt out: it is a ring").toBeGreaterThan(6);
  await stepsTo(page, 76);
  const late = await fire(page, x, y, cell);
  expect(Math.max(...late), "it runs outwards").toBeGreaterThan(Math.max(...early) + 2);
});

test("what will be planted is outlined at its cells before the click, and said until it was done once", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(`${server.address}?experiment=flower`);
  await live(page);
  await rewind(page);
  const tools = page.getByRole("region", { name: "Tools", exact: true });
  await tools.getByRole("radio", { name: "Inject" }).click();
  await expect(tools.getByRole("slider", { name: "Radius" }), "a seed is whole").toHaveCount(0);
  const preview = page.getByRole("img", { name: "Inject: Plants the world's seed, whole" });
  await expect(preview).toBeHidden();

  const cell = await cellSize(page, 128);
  const at = await point(page, 20.5 * cell, 20.5 * cell);
  await page.mouse.move(at.x, at.y);
  await expect(preview).toBeVisible();
  const outline = () => preview.locator("path").nth(1).evaluate((path) => path.getBoundingClientRect().toJSON() as DOMRect);
  // Two cells a side, the lower right one under the pointer.
  const box = await outline();
  expect(box.width / cell).toBeCloseTo(2, 0);
  expect(box.height / cell).toBeCloseTo(2, 0);
  expect(Math.abs(box.right - (at.x + cell / 2))).toBeLessThan(cell / 2);
  expect(Math.abs(box.bottom - (at.y + cell / 2))).toBeLessThan(cell / 2);
  const meaning = page.getByRole("main").getByText("Plants the world's seed, whole");
  await expect(meaning).toBeVisible();
  const before = await matter(page);
  await page.mouse.click(at.x, at.y);
  await expect.poll(() => matter(page)).toBe(before + 4);
  await expect(meaning).toBeHidden();

  // It keeps to the cells when the view is magnified.
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await expect.poll(async () => (await outline()).width / cell).toBeGreaterThan(4);

  // A wave shows where it goes, a vortex which way it winds.
  await tools.getByRole("radio", { name: "Wave" }).click();
  await page.mouse.move(at.x, at.y);
  const crests = page.getByRole("img", { name: /^Wave:/ }).locator("path").nth(3);
  const right = await crests.getAttribute("d");
  await tools.getByRole("slider", { name: "Angle" }).fill("90");
  await expect(crests).not.toHaveAttribute("d", right ?? "");
  const down = await crests.getAttribute("d");
  await tools.getByRole("slider", { name: "Wavelength" }).fill("3");
  await expect.poll(async () => ((await crests.getAttribute("d")) ?? "").length).toBeGreaterThan((down ?? "").length);
  await tools.getByRole("radio", { name: "Vortex" }).click();
  await page.mouse.move(at.x, at.y);
  const arc = page.getByRole("img", { name: /^Vortex:/ }).locator("path").nth(3);
  const clockwise = await arc.getAttribute("d");
  await tools.getByRole("slider", { name: "Turns" }).fill("-1");
  await expect(arc).not.toHaveAttribute("d", clockwise ?? "");
  await tidy(page);
});

test("the keyboard's cursor shows what a tool will do, as the pointer does", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(`${server.address}?experiment=flower`);
  await live(page);
  await rewind(page);
  await page.mouse.move(0, 0);
  await page.keyboard.press("t");
  await page.keyboard.press("ArrowRight");
  const preview = page.getByRole("img", { name: "Inject: Plants the world's seed, whole" });
  await expect(preview).toBeHidden();
  await page.keyboard.press("Enter");
  await expect(preview).toBeVisible();
  const left = () => preview.locator("path").nth(1).evaluate((path) => path.getBoundingClientRect().left);
  const before = await left();
  await page.keyboard.press("Shift+ArrowRight");
  await expect.poll(left, { message: "ten cells to the right" }).toBeGreaterThan(before + 20);
});

for (const says of [
  {
    locale: "en-GB",
    inject: "Inject",
    tools: "Tools",
    why: "Nothing to plant here: this world did not begin with one compact piece, and its experiment declares no seed.",
    notice: "This world has no seed to plant",
  },
  {
    locale: "es-AR",
    inject: "Inyectar",
    tools: "Herramientas",
    why: "Aquí no hay qué plantar: este mundo no empezó con una sola pieza compacta y su experimento no declara una semilla.",
    notice: "Este mundo no tiene semilla que plantar",
  },
] as const) {
  test.describe(says.locale, () => {
    test.use({ locale: says.locale });

    test("a world without a seed offers none, says why, and is not sown with noise", async ({ page, serve, folder }) => {
      // Its two bars are too far apart for one seed.
      const root = copyDemo(join(folder, "root"), ["waves"]);
      const file = join(root, "experiments/waves/atheria.json");
      const { seed: _, show: __, ...bare } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      writeFileSync(file, JSON.stringify(bare));
      const server = await serve(root);
      const sent = commands(page);
      await page.goto(`${server.address}?experiment=waves`);
      await live(page);
      await rewind(page);
      const before = await matter(page);
      const tools = page.getByRole("region", { name: says.tools, exact: true });
      const inject = tools.getByRole("radio", { name: says.inject });
      await expect(inject).toHaveAttribute("aria-disabled", "true");
      await expect(inject).toHaveAttribute("title", new RegExp(says.why.slice(0, 20)));
      // It can be taken, to read why; it does nothing.
      await inject.click({ force: true });
      await expect(tools.getByText(says.why)).toBeVisible();
      const at = await point(page, 30, 20);
      await page.mouse.click(at.x, at.y);
      await expect(page.getByRole("status").filter({ hasText: says.notice }).first()).toBeVisible();
      await page.keyboard.press("i");
      expect(sent.filter((command) => command.command === "tool")).toEqual([]);
      expect(await matter(page)).toBe(before);
      await tidy(page);
    });
  });
}
