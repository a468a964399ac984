// The range of a picture: it follows the whole world, seldom, or is pinned; on which scale, in which colours.
import { type Locator, type Page } from "@playwright/test";

import { bright, canvas, colour, colours, drag, experiment, fingerprint, live, pause, rests, rewind, step, still, tidy } from "./page.ts";
import { expect, test } from "./product.ts";

/** A torus of Flower with matter in its middle, 16 cells a side. */
function world(grid: string, more: string): string {
  return `?experiment=flower&grid=${grid}&boundary=torus&init=blob:16&seed=3${more}`;
}

function ends(page: Page): { low: Locator; high: Locator } {
  return {
    low: page.getByRole("slider", { name: /^(Lower end of the range|Extremo inferior del rango)$/ }),
    high: page.getByRole("slider", { name: /^(Upper end of the range|Extremo superior del rango)$/ }),
  };
}

/** What the legend says, low and high. */
async function range(page: Page): Promise<string> {
  const label = await page.getByRole("img", { name: /^(Legend|Leyenda)/ }).getAttribute("aria-label");
  return label?.split(": ").at(-1)?.replace(/^.*?, /, "") ?? "";
}

function setting(page: Page, key: string): string | null {
  return new URL(page.url()).searchParams.get(key);
}

/** Every range that the legend shows from now on, with when. */
async function watchRange(page: Page): Promise<() => Promise<{ at: number; text: string }[]>> {
  await page.getByRole("img", { name: /^Legend/ }).evaluate((ramp) => {
    const seen: { at: number; text: string }[] = [];
    Object.assign(window, { seen });
    const look = () => {
      const text = ramp.getAttribute("aria-label") ?? "";
      if (seen.at(-1)?.text !== text) seen.push({ at: performance.now(), text });
    };
    look();
    new MutationObserver(look).observe(ramp, { attributes: true });
  });
  return () => page.evaluate(() => [...(window as unknown as { seen: { at: number; text: string }[] }).seen]);
}

/** Waits until the world has made so many steps more. */
async function go(page: Page, steps: number): Promise<void> {
  const from = await step(page);
  await expect.poll(() => step(page), { timeout: 60_000 }).toBeGreaterThan(from + steps);
}

test("a range is that of the whole world, wherever one looks", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("4096x4096", "&view=channel:1:modulus&colormap=viridis&at=2048,2048,4"));
  await live(page);
  await rewind(page);
  const there = await range(page);
  const empty = await colour(page, 200, 0);
  const seen = await watchRange(page);

  // Away from all matter: nothing is there, and nothing is made of it.
  for (let n = 0; n < 4; n++) await drag(page, [300, 0], [-300, 0]);
  await still(page);
  expect(await bright(page, 0, 0)).toBe(await bright(page, 200, 0));
  expect(await colour(page, 0, 0)).toEqual(empty);
  expect(await range(page)).toBe(there);
  await page.getByRole("button", { name: "One step", exact: true }).click();
  await still(page);
  // Steps may widen it, but never to the vanishing values of empty space.
  for (const { text } of await seen()) expect(text).not.toMatch(/e-\d/);
});

test("a range that follows changes once a second at most", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("128x128", "&view=rgb:1:2:3"));
  await live(page);
  const seen = await watchRange(page);
  const began = performance.now();
  await expect.poll(() => performance.now() - began, { timeout: 30_000 }).toBeGreaterThan(9_000);
  // The first is the one that there was.
  const changes = (await seen()).slice(1);
  const seconds = (performance.now() - began) / 1_000;
  expect(changes.length).toBeLessThanOrEqual(seconds);
  for (const [n, next] of changes.slice(1).entries()) expect(next.at - (changes[n]?.at ?? 0)).toBeGreaterThan(500);
});

test("an end that is dragged pins the range, and a double click lets go of it", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("128x128", "&view=deviation"));
  await live(page);
  await pause(page);
  const before = await still(page);
  expect(await range(page)).toBe("1e-6 – 2");

  const { low, high } = ends(page);
  const end = await low.boundingBox();
  if (end === null) throw new Error("the lower end is not on the page");
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2 + 20, end.y + end.height / 2, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => setting(page, "range")).toMatch(/^\d(\.\d+)?e-[1-5],2e0$/);
  await expect.poll(() => fingerprint(page), { message: "what is faint is gone" }).not.toBe(before);
  const pinned = await still(page);
  const shown = await range(page);
  expect(shown).not.toBe("1e-6 – 2");

  // It stays while the world goes on, and over a reload.
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await go(page, 20);
  await pause(page);
  expect(await range(page)).toBe(shown);
  await page.reload();
  await rests(page);
  expect(await range(page)).toBe(shown);

  await page.getByRole("button", { name: "Automatic range" }).click();
  await expect.poll(() => range(page)).toBe("1e-6 – 2");
  await expect.poll(() => setting(page, "range")).toBeNull();

  // By keys: a notch at a time, and back.
  await high.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => setting(page, "range")).toMatch(/^1e-6,/);
  await expect(high).toBeFocused();
  await expect(high).toHaveAttribute("aria-valuetext", /^0\.\d+$/);
  await page.keyboard.press("Escape");
  await expect.poll(() => setting(page, "range")).toBeNull();
  await expect(high).toBeFocused();

  await high.press("PageDown");
  await expect.poll(() => setting(page, "range")).not.toBeNull();
  await high.dblclick();
  await expect.poll(() => setting(page, "range")).toBeNull();
  expect(pinned).not.toBe(before);
  await tidy(page);
});

test("deviation is logarithmic or linear, and the address says which", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("128x128", "&view=deviation"));
  await live(page);
  await pause(page);
  const logarithmic = await still(page);
  const scale = page.getByRole("button", { name: "Logarithmic scale" });
  await expect(scale).toHaveAttribute("aria-pressed", "true");
  await scale.click();
  await expect(scale).toHaveAttribute("aria-pressed", "false");
  await expect.poll(() => fingerprint(page)).not.toBe(logarithmic);
  await expect.poll(() => range(page)).toMatch(/^0 – [\d.]+$/);
  await expect.poll(() => setting(page, "scale")).toBe("linear");
  await page.reload();
  await rests(page);
  await expect(scale).toHaveAttribute("aria-pressed", "false");
  // Nor is there one where it makes no sense.
  await page.getByRole("radio", { name: "Phase" }).click();
  await expect(scale).toBeHidden();
  await expect(ends(page).low).toHaveCount(0);
});

test("a phase is as bright as its modulus is large", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("128x128", "&view=phase:1&colormap=hue_wheel"));
  await live(page);
  await rewind(page);
  const { height } = (await canvas(page).boundingBox()) ?? { height: 0 };
  const cell = height / 128;
  // Nothing is in channel 1 where there is no matter.
  expect(await colour(page, 30 * cell, 0)).toEqual([0, 0, 0]);
  const inside = new Set<number>();
  for (let n = -7; n < 8; n++) inside.add(Math.max(...(await colour(page, n * cell, (n / 2) * cell))));
  expect(inside.size).toBeGreaterThan(4);
  expect(Math.max(...inside)).toBeGreaterThan(90);
  await expect(page.getByText(/^\|ψ\| ≤ \d/)).toBeVisible();
});

test("zero is dark on a dark page, light on a light one, or as it was chosen", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("128x128", "&view=channel:1:real"));
  await live(page);
  await rewind(page);
  const { height } = (await canvas(page).boundingBox()) ?? { height: 0 };
  const zero = async () => Math.min(...(await colour(page, (height / 128) * 30, 0)));
  expect(await zero()).toBeLessThan(10);
  expect(setting(page, "colormap")).toBeNull();
  await page.getByRole("button", { name: "Light theme" }).click();
  await expect.poll(zero).toBeGreaterThan(230);
  await page.getByRole("combobox", { name: "Colormap" }).selectOption("blue_black_red");
  await expect.poll(zero).toBeLessThan(10);
  await expect.poll(() => setting(page, "colormap")).toBe("blue_black_red");
});

test("three channels are mixed from colours that every eye tells apart, where that is chosen", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("128x128", "&view=rgb:1:2:3"));
  await live(page);
  await rewind(page);
  const { height } = (await canvas(page).boundingBox()) ?? { height: 0 };
  const cell = height / 128;
  const spots = [-6, -3, 0, 2, 5].map((n) => [(n + 0.5) * cell, (0.5 - n) * cell] as const);
  const plain = await Promise.all(spots.map(([x, y]) => colour(page, x, y)));
  await page.getByRole("combobox", { name: "Colormap" }).selectOption("okabe_ito");
  await expect.poll(() => setting(page, "mix")).toBe("okabe_ito");
  await expect(page.getByRole("combobox", { name: "Vermillion" })).toBeVisible();
  const primaries = [[213, 94, 0], [0, 158, 115], [0, 114, 178]] as const;
  for (const [n, [x, y]] of spots.entries()) {
    const channels = plain[n] ?? [0, 0, 0];
    const mixed = [0, 1, 2].map((part) => Math.min(255, channels.reduce((sum, level, k) => sum + (level / 255) * (primaries[k]?.[part] ?? 0), 0)));
    await expect.poll(async () => Math.max(...(await colour(page, x, y)).map((level, part) => Math.abs(level - (mixed[part] ?? 0))))).toBeLessThan(4);
  }
  await page.reload();
  await rests(page);
  await expect(page.getByRole("combobox", { name: "Colormap" })).toHaveValue("okabe_ito");
});

test("F fits what can be seen, Shift+F the world", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(`${server.address}?experiment=flower&grid=4096x4096&boundary=torus&init=blobs:1:16&seed=8&view=deviation`);
  await live(page);
  await rewind(page);
  expect(await bright(page, 0, 0), "the blob is not in the middle of the world").toBe(false);

  const { width, height } = (await canvas(page).boundingBox()) ?? { width: 0, height: 0 };
  const fitted = async () => {
    await expect.poll(() => bright(page, 0, 0)).toBe(true);
    await still(page);
    // 16 cells, and a margin: most of the canvas's shorter side, and not all of it.
    const side = Math.min(width, height);
    for (const [x, y] of [[-0.2, 0], [0.2, 0], [0, -0.2], [0, 0.2]] as const) expect(await bright(page, x * side, y * side)).toBe(true);
    for (const [x, y] of [[-0.48, 0], [0.48, 0], [0, -0.48], [0, 0.48]] as const) expect(await bright(page, x * side, y * side)).toBe(false);
  };
  await page.keyboard.press("f");
  await fitted();
  await expect.poll(() => setting(page, "at")).not.toBeNull();
  await page.keyboard.press("Shift+F");
  await expect.poll(() => setting(page, "at")).toBeNull();
  await page.getByRole("button", { name: "Fit the matter" }).click();
  await fitted();
  const middle = await canvas(page).boundingBox();
  await page.mouse.dblclick((middle?.x ?? 0) + 20, (middle?.y ?? 0) + 20);
  await expect.poll(() => setting(page, "at")).toBeNull();
  expect(await colours(page)).toBeGreaterThan(1);
});

for (const [locale, name, label, unit] of [
  ["en-GB", "Flower", "Visible matter", "visible cells"],
  ["es-AR", "Flor", "Materia visible", "celdas visibles"],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });

    test("the headline is the matter that can be seen", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address);
      await experiment(page, name).click();
      await live(page);
      await pause(page);
      const state = page.getByRole("region", { name: /^(State|Estado)$/ });
      const figure = async (term: RegExp) => {
        const text = await state.getByRole("definition").nth(await nth(state, term)).innerText();
        return { text, number: Number(text.replace(/\D/g, "")) };
      };
      const seen = await figure(new RegExp(`^${label}$`));
      const all = await figure(/^(Matter cells|Celdas de materia)$/);
      // Traces of a millionth count as matter, and nobody sees them.
      expect(seen.number).toBeGreaterThan(0);
      expect(seen.number).toBeLessThan(all.number);
      expect(seen.text).toMatch(/(cells|celdas)$/);
      expect(await nth(state, new RegExp(`^${label}$`))).toBe(0);
      const transport = page.getByRole("group", { name: /^(Transport|Transporte)$/ });
      await expect(transport).toContainText(unit);
      const headline = await transport.locator(".stat", { hasText: unit }).innerText();
      expect(Number(headline.replace(/\D/g, ""))).toBe(seen.number);
      await expect(page.getByRole("region", { name: /^(Evolution|Evolución)$/ })).toContainText(label);
      await tidy(page);
    });
  });
}

/** Which row of a list of terms has a name. */
async function nth(list: Locator, term: RegExp): Promise<number> {
  const terms = await list.getByRole("term").allInnerTexts();
  return terms.findIndex((text) => term.test(text.trim()));
}
