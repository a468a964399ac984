// Theme, keys, and an address that gives the same page again.
import { type Page } from "@playwright/test";

import { experiment, fingerprint, live, pause, step, still } from "./page.ts";
import { expect, test } from "./product.ts";

/** The contrast between a text and the nearest colour behind it (WCAG 2). */
async function contrast(page: Page, selector: string): Promise<number> {
  return page.locator(selector).first().evaluate((element) => {
    const rgb = (text: string) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = (colour: number[]) => {
      const [r = 0, g = 0, b = 0] = colour.map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind: Element | null = element;
    let ground = [0, 0, 0, 0];
    while (behind !== null) {
      ground = rgb(getComputedStyle(behind).backgroundColor);
      if ((ground[3] ?? 1) > 0.99) break;
      behind = behind.parentElement;
    }
    const [a, b] = [light(rgb(getComputedStyle(element).color).slice(0, 3)), light(ground.slice(0, 3))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}

test("the theme is switched by one click, remembered, and readable either way", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const texts = [".exp .name", ".exp .what", ".head h2", ".seg button", ".stat small", ".conn", ".language"];
  for (const text of texts) expect(await contrast(page, text), `${text}, dark`).toBeGreaterThanOrEqual(4.5);

  await page.getByRole("button", { name: "Light theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  for (const text of texts) expect(await contrast(page, text), `${text}, light`).toBeGreaterThanOrEqual(4.5);

  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.getByRole("button", { name: "Dark theme" })).toBeVisible();
});

test("keys drive the world, and are left alone while one types", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await page.locator("#world").focus();

  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeEnabled();
  await still(page);
  const at = await step(page);
  await page.keyboard.press(".");
  await expect.poll(() => step(page)).toBe(at + 1);

  const search = page.getByRole("searchbox");
  await search.fill("");
  await search.pressSequentially("r. ");
  await expect(search).toHaveValue("r. ");
  await search.fill("");
  expect(await step(page)).toBe(at + 1);

  await page.locator("#world").focus();
  await page.keyboard.press("r");
  await expect.poll(() => step(page)).toBe(0);
  const view = page.getByRole("radiogroup", { name: "View" }).getByRole("radio", { checked: true });
  const name = await view.innerText();
  await page.keyboard.press("v");
  await expect(view).not.toHaveText(name);
  const fitted = await still(page);
  await page.keyboard.press("+");
  await expect.poll(() => fingerprint(page)).not.toBe(fitted);
  await page.keyboard.press("Shift+F");
  await expect.poll(() => fingerprint(page)).toBe(fitted);

  const speed = page.getByRole("slider", { name: "Speed" });
  const before = await speed.getAttribute("aria-valuetext");
  await page.keyboard.press("[");
  await expect(speed).not.toHaveAttribute("aria-valuetext", before ?? "");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeHidden();
});

test("an address that is opened again gives the same world, view and colours", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(`${server.address}?experiment=flower&grid=64x96&boundary=torus&init=blob:8&seed=5&view=channel:2:modulus&colormap=viridis`);
  await live(page);
  await expect(page.getByRole("region", { name: "World", exact: true })).toContainText("64 × 96 · torus");
  await expect(page.getByRole("radiogroup", { name: "View" }).getByRole("radio", { checked: true })).toHaveText("Channel");
  await page.getByRole("radio", { name: "Deviation" }).click();
  await pause(page);
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await expect.poll(() => step(page)).toBe(0);
  const first = await still(page);
  const address = new URL(page.url());
  expect(address.searchParams.get("view")).toBe("deviation");

  // Without the session that it names it asks for another world that is the same.
  address.searchParams.delete("session");
  await page.goto(address.href);
  await live(page);
  const again = new URL(page.url());
  again.searchParams.delete("session");
  expect(again.href).toBe(address.href);
  await expect(page.getByRole("combobox", { name: "Colormap" })).toHaveValue("viridis");
  await pause(page);
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await expect.poll(() => step(page)).toBe(0);
  expect(await still(page)).toBe(first);
});

test("the page asks nothing of the internet", async ({ page, serve }) => {
  const server = await serve();
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(server.address) && !request.url().startsWith("data:")) elsewhere.push(request.url());
  });
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  const fonts = await page.evaluate(async () => {
    await document.fonts.ready;
    return Array.from(document.fonts as Iterable<FontFace> & FontFaceSet).filter((font) => font.status === "loaded").map((font) => font.family.replaceAll('"', ""));
  });
  expect(fonts).toEqual(expect.arrayContaining(["Inter", "JetBrains Mono"]));
  expect(elsewhere.filter((url) => !url.startsWith("ws://"))).toEqual([]);
});

test("after a click on an experiment, Space pauses its world and does not open it again", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeEnabled();
  await still(page);
});
