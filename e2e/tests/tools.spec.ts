// Tools: what a stroke does to the world, and that pointers, keys and fingers do what they say.
import { readFileSync } from "node:fs";

import { bright, colours, commands, drag, experiment, live, matter, pause, point, rewind, step, still, tidy } from "./page.ts";
import { expect, test } from "./product.ts";

/** A world whose matter lies in the middle and nowhere else. */
const world = "?experiment=flower&grid=128x128&boundary=walls&init=blob:16&seed=3&view=deviation&colormap=magma";

test("inject and erase change the matter and the pixels, and every stroke is recorded", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world);
  await live(page);
  await rewind(page);
  const before = await matter(page);
  expect(before).toBeGreaterThan(0);
  expect(await bright(page, 200, 150)).toBe(false);

  const tools = page.getByRole("region", { name: "Tools", exact: true });
  await tools.getByRole("radio", { name: "Inject" }).click();
  const there = await point(page, 200, 150);
  await page.mouse.click(there.x, there.y);
  await expect.poll(() => matter(page), { message: "what is injected is matter" }).toBeGreaterThan(before);
  await expect.poll(() => bright(page, 200, 150), { message: "and it is seen" }).toBe(true);

  await tools.getByRole("radio", { name: "Erase" }).click();
  await tools.getByRole("slider", { name: "Radius" }).fill("20");
  await expect(tools).toContainText("20 cells");
  await page.mouse.click(there.x, there.y);
  await expect.poll(() => matter(page), { message: "what is erased is gone" }).toBe(before);
  await expect.poll(() => bright(page, 200, 150)).toBe(false);

  // A drag leaves strokes along its way, each with its own seed.
  await tools.getByRole("radio", { name: "Noise" }).click();
  await tools.getByRole("slider", { name: "Radius" }).fill("4");
  await drag(page, [-300, -200], [-100, -200]);
  await expect.poll(() => bright(page, -200, -200)).toBe(true);
  const noise = sent.flatMap((command) => (command.stroke?.tool === "noise" ? [command.stroke] : []));
  expect(noise.length).toBeGreaterThan(5);
  expect(new Set(noise.map((stroke) => stroke.seed)).size).toBe(noise.length);

  const strokes = tools.getByRole("button", { name: /\d+ strokes/ });
  await expect(strokes).toHaveText(`${noise.length + 2} strokes`);
  const [file] = await Promise.all([page.waitForEvent("download"), strokes.click()]);
  expect(file.suggestedFilename()).toBe("flower-events.json");
  const record = JSON.parse(readFileSync(await file.path(), "utf8")) as { events: { step: number; stroke: { tool: string } }[] };
  expect(record.events.map((event) => event.stroke.tool)).toEqual(["inject", "erase", ...noise.map(() => "noise")]);
  await tidy(page);
});

test("with a tool in hand the view still moves, and Esc puts the tool away", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world);
  await live(page);
  await rewind(page);
  const strokes = () => sent.filter((command) => command.command === "tool").length;

  await page.keyboard.press("t");
  const look = page.getByRole("radio", { name: "Look" });
  await expect(look).toBeFocused();
  await page.getByRole("radio", { name: "Vortex" }).click();
  await page.mouse.move(...Object.values(await point(page, 0, 0)) as [number, number]);
  await expect(page.getByRole("img", { name: /^Vortex:/ })).toBeVisible();

  const fitted = await still(page);
  await page.keyboard.down("Space");
  await drag(page, [0, 0], [120, 0]);
  await page.keyboard.up("Space");
  expect(await still(page)).not.toBe(fitted);
  await expect(page.getByRole("button", { name: "Play", exact: true }), "Space was not for playing").toBeEnabled();
  await drag(page, [0, 0], [-120, 0], "middle");
  expect(strokes()).toBe(0);
  expect(await still(page)).toBe(fitted);

  // Space alone plays, as ever.
  await page.keyboard.press("Space");
  await pause(page);

  const at = await point(page, 0, 0);
  await page.mouse.click(at.x, at.y);
  await expect.poll(strokes).toBe(1);
  await page.keyboard.press("Escape");
  await expect(look).toBeChecked();
  await expect(page.getByRole("img", { name: /^Vortex:/ })).toBeHidden();
  await drag(page, [0, 0], [60, 0]);
  expect(strokes()).toBe(1);

  // Without a tool in hand, keys act where the pointer is.
  await page.keyboard.press("i");
  await page.keyboard.press("e");
  await expect.poll(strokes).toBe(3);
  expect(sent.flatMap((command) => (command.stroke ? [command.stroke.tool] : []))).toEqual(["vortex", "inject", "erase"]);
});

test("a wave has an angle and a length", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world);
  await live(page);
  const tools = page.getByRole("region", { name: "Tools", exact: true });
  await expect(tools.getByRole("slider")).toHaveCount(0);
  await tools.getByRole("radio", { name: "Wave" }).click();
  await tools.getByRole("slider", { name: "Angle" }).fill("90");
  await tools.getByRole("slider", { name: "Wavelength" }).fill("12");
  const at = await point(page, 0, 0);
  await page.mouse.click(at.x, at.y);
  await expect.poll(() => sent.find((command) => command.command === "tool")?.stroke).toMatchObject({ tool: "wave", wavelength_cells: 12 });
  const stroke = sent.find((command) => command.command === "tool")?.stroke as unknown as { angle_radians: number };
  expect(stroke.angle_radians).toBeCloseTo(Math.PI / 2, 5);
});

for (const [lang, says] of [
  ["en", { locale: "en-GB", dark: "No matter: the last of it was erased at step 0.", short: "erased at step 0", why: "Why none", inject: "Inject" }],
  ["es", { locale: "es-AR", dark: "Sin materia: la última se borró en el paso 0.", short: "borrada en el paso 0", why: "Por qué no hay", inject: "Inyectar" }],
] as const) {
  test.describe(lang, () => {
    test.use({ locale: says.locale });

    test("a world without matter says why it is dark, and offers to inject", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address + world);
      await live(page);
      await rewind(page);
      await page.getByRole("radio", { name: /^(Erase|Borrar)$/ }).click();
      await page.getByRole("slider", { name: /^(Radius|Radio)$/ }).fill("64");
      const middle = await point(page, 0, 0);
      await page.mouse.click(middle.x, middle.y);

      const chip = page.getByRole("status").filter({ hasText: says.dark });
      await expect(chip).toBeVisible();
      expect(await matter(page)).toBe(0);
      await expect(page.getByRole("region", { name: /^(State|Estado)$/ })).toContainText(says.why);
      await expect(page.getByRole("group", { name: /^(Transport|Transporte)$/ })).toContainText(says.short);
      await tidy(page);

      await chip.getByRole("button", { name: says.inject }).click();
      await page.mouse.click(middle.x, middle.y);
      await expect(chip).toBeHidden();
      await expect.poll(() => matter(page)).toBeGreaterThan(0);
      await expect.poll(() => bright(page, 0, 0)).toBe(true);
    });
  });
}

test.describe("on a touch screen", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("a finger paints with a tool in hand, chosen over the canvas", async ({ page, serve }) => {
    const server = await serve();
    const sent = commands(page);
    await page.goto(server.address);
    await experiment(page, "Flower").click();
    await live(page);
    const palette = page.getByRole("radiogroup", { name: "Tools" });
    await palette.getByRole("radio", { name: "Inject" }).click();
    await expect(page.getByRole("region", { name: "Tool settings" })).toBeVisible();
    await tidy(page);
    const at = await point(page, 40, 60);
    await page.touchscreen.tap(at.x, at.y);
    await expect.poll(() => sent.filter((command) => command.stroke?.tool === "inject").length).toBe(1);
    await palette.getByRole("radio", { name: "Look" }).click();
    await page.touchscreen.tap(at.x, at.y);
    expect(await colours(page)).toBeGreaterThan(8);
    expect(sent.filter((command) => command.command === "tool").length).toBe(1);
    expect(await step(page)).toBeGreaterThanOrEqual(0);
  });
});
