// Home: the experiments alive and large, and the way to a world and back.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Locator, type Page } from "@playwright/test";

import { canvas, experiment, fingerprint, live, tidy } from "./page.ts";
import { copyDemo, expect, test, writeExperiment } from "./product.ts";

const gallery = (page: Page): Locator => page.getByRole("region", { name: /^(Gallery|Galería)$/ });

/** A card, by the title on it. */
const card = (page: Page, title: string): Locator => gallery(page).getByRole("button", { name: title, exact: true });

for (const [locale, says] of [
  ["en-GB", { flower: "Flower", try: "Try:", en: 0 }],
  ["es-AR", { flower: "Flor", try: "Prueba:", en: 1 }],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });

    test("home shows every demo large and alive, each with one thing to try", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address);
      await expect(gallery(page).getByRole("button")).toHaveCount(8);
      for (const one of await gallery(page).getByRole("listitem").all()) {
        await expect(one).toContainText(says.try);
        await one.scrollIntoViewIfNeeded();
        const picture = one.locator("img");
        await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
        expect((await picture.boundingBox())?.width ?? 0, "the pictures are large").toBeGreaterThan(180);
      }
      const flower = JSON.parse(readFileSync(join(server.root, "experiments/flower/atheria.json"), "utf8")) as { try: { en: string; es: string } };
      await expect(card(page, says.flower)).toContainText(locale === "en-GB" ? flower.try.en : flower.try.es);
      await expect(page.getByRole("group", { name: /^(Transport|Transporte)$/ }), "nothing is there to drive").toBeHidden();
      await tidy(page);

      await card(page, says.flower).click();
      await live(page);
      await expect(gallery(page)).toBeHidden();
    });
  });
}

test("a folder of one's own has the same gallery: laws and sizes, and what is broken says why", async ({ page, serve, folder }) => {
  const root = copyDemo(folder, ["flower"]);
  // As a trainer leaves it: without a presentation.
  const config = JSON.parse(readFileSync(join(root, "experiments/flower/config.json"), "utf8")) as Record<string, unknown>;
  writeExperiment(root, "my run", JSON.stringify(config), ["checkpoint_ep1200.pth"]);
  writeExperiment(root, "empty", JSON.stringify(config));
  const server = await serve(root);
  await page.goto(server.address);
  await expect(card(page, "my run")).toContainText(String(config.MODEL_ARCHITECTURE));
  await expect(card(page, "my run")).toContainText(/\d+×\d+/);
  await expect(card(page, "my run").locator("img")).toHaveCount(0);
  await expect(card(page, "empty")).toContainText("There is no checkpoint");
  await card(page, "empty").click();
  await expect(gallery(page), "a broken one opens nothing").toBeVisible();
  await tidy(page);
});

test("an experiment without anything to try does not pretend to", async ({ page, serve, folder }) => {
  const root = copyDemo(folder, ["flower"]);
  const path = join(root, "experiments/flower/atheria.json");
  const { try: _, ...rest } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify(rest));
  const server = await serve(root);
  await page.goto(server.address);
  await expect(card(page, "Flower")).toBeVisible();
  await expect(gallery(page)).not.toContainText("Try:");
});

test("the brand leads home, and the world goes on meanwhile", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await card(page, "Flower").click();
  await live(page);
  await page.getByRole("link", { name: /^Atheria/ }).click();
  await expect(card(page, "Waves")).toBeVisible();
  await expect(canvas(page)).toBeHidden();
  await page.getByRole("button", { name: "Back to Flower" }).click();
  await live(page);
  const before = await fingerprint(page);
  await expect.poll(() => fingerprint(page), { message: "it still plays" }).not.toBe(before);
});

test.describe("narrow", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("a phone begins with the gallery", async ({ page, serve }) => {
    const server = await serve();
    await page.goto(server.address);
    const flower = experiment(page, "Flower");
    await expect(flower).toContainText("Try:");
    expect((await flower.locator("img").boundingBox())?.width ?? 0).toBeGreaterThan(120);
    await tidy(page);
    // What lies behind the sheet cannot be reached.
    expect(await page.getByRole("main").locator(".stage").evaluate((stage) => (stage as HTMLElement).inert)).toBe(true);
    await page.getByRole("navigation").getByRole("button", { name: "World" }).click();
    await card(page, "Flower").click();
    await live(page);
    await tidy(page);
  });
});

test.describe("with less motion wanted", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("the pictures stand still, and so do spinners", async ({ page, serve }) => {
    const server = await serve();
    await page.goto(server.address);
    await expect(card(page, "Flower")).toBeVisible();
    await expect(gallery(page).locator("img:visible")).toHaveCount(0);
    const still = card(page, "Flower").locator("canvas");
    const drawn = () =>
      still.evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const bytes = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return new Set(new Uint32Array(new Uint8ClampedArray(bytes).buffer)).size;
      });
    await expect.poll(drawn, { message: "its first moment is drawn" }).toBeGreaterThan(1);
    const moving = await page.evaluate(() => {
      const spinner = document.body.appendChild(Object.assign(document.createElement("i"), { className: "spin" }));
      const name = getComputedStyle(spinner).animationName;
      spinner.remove();
      return name;
    });
    expect(moving).toBe("none");
  });
});
