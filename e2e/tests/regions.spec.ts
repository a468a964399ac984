// Worlds larger than a frame: the page asks for what it sees, and shows it where it lies.
import { type Page } from "@playwright/test";

import { type Command, bright, canvas, colours, commands, drag, live, matter, point, rests, rewind, still, tidy } from "./page.ts";
import { expect, test } from "./product.ts";

/** The region that was asked for last. */
function region(sent: readonly Command[]): Command["region"] {
  return sent.filter((command) => command.command === "view").at(-1)?.region;
}

async function size(page: Page): Promise<{ width: number; height: number }> {
  const box = await canvas(page).boundingBox();
  if (box === null) throw new Error("the canvas is not on the page");
  return box;
}

/** Matter in the middle, 16 cells a side. */
function world(grid: string, more: string): string {
  return `?experiment=flower&grid=${grid}&init=blob:16&seed=3&view=deviation&colormap=magma${more}`;
}

test("a world that fits is asked for as a whole, however one looks at it", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world("128x128", "&boundary=torus&at=64,64,20"));
  await live(page);
  await rewind(page);
  await drag(page, [0, 0], [200, 100]);
  await still(page);
  for (const command of sent) expect(command.region).toBeUndefined();
});

test("a large world is asked for as far as it is seen, and its cells lie where they should", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world("4096x4096", "&boundary=torus&at=2048,2048,4"));
  await live(page);
  await rewind(page);
  const { width } = await size(page);

  // What is seen, at 4 pixels a cell, and a quarter more on each side.
  const first = region(sent);
  expect(first).toBeDefined();
  expect(Math.abs((first?.width ?? 0) - (width / 4) * 1.5)).toBeLessThanOrEqual(3);
  expect(Math.abs((first?.x ?? 0) + (first?.width ?? 0) / 2 - 2048)).toBeLessThanOrEqual(2);

  // The blob is 64 pixels a side, about the middle.
  const blob = async (right: number, down: number) => {
    for (const [x, y] of [[0, 0], [-28, -28], [28, 28]] as const) expect(await bright(page, right + x, down + y), `matter at ${x},${y}`).toBe(true);
    for (const [x, y] of [[-38, 0], [38, 0], [0, -38], [0, 38]] as const) expect(await bright(page, right + x, down + y), `nothing at ${x},${y}`).toBe(false);
  };
  await blob(0, 0);

  // Dragged beyond the margin: it is asked for again, and lies where the drag has put it.
  await drag(page, [100, 0], [-200, 120]);
  await expect.poll(() => (region(sent)?.x ?? 0) - (first?.x ?? 0)).toBeGreaterThan(50);
  await still(page);
  await blob(-300, 120);
  expect(new URL(page.url()).searchParams.get("at")).toMatch(/^20\d\d(\.\d+)?,2123(\.\d+)?,4$/);

  // Zoomed out as far as it goes: all of the world, and a frame about as fine as the canvas.
  for (let n = 0; n < 30; n++) await page.keyboard.press("-");
  await expect.poll(() => region(sent)).toEqual({ y: 0, x: 0, height: 4096, width: 4096 });
  await page.keyboard.press("Shift+F");
  await still(page);
  expect(await bright(page, 0, 0)).toBe(true);
  expect(new URL(page.url()).searchParams.has("at")).toBe(false);
  for (const command of sent) expect(command.side_pixels ?? 0).toBeLessThanOrEqual(2048);
  await tidy(page);
});

test("a camera that moves asks a few times a second, not for every pixel", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world("4096x4096", "&boundary=torus&at=2048,2048,4"));
  await live(page);
  await rewind(page);
  const before = sent.length;
  const began = Date.now();
  for (let n = 0; n < 6; n++) await drag(page, [300, 0], [-300, 0]);
  await still(page);
  const seconds = (Date.now() - began) / 1000;
  const asked = sent.slice(before).filter((command) => command.command === "view").length;
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThanOrEqual(Math.ceil(seconds * 8) + 1);
});

test("an address that says where one looks gives the same picture again", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("4096x4096", "&boundary=torus&at=2050.5,2040.25,6.5"));
  await live(page);
  await rewind(page);
  const picture = await still(page);
  await expect.poll(() => new URL(page.url()).searchParams.get("at")).toBe("2050.5,2040.25,6.5");
  await page.reload();
  await rests(page);
  expect(await still(page)).toBe(picture);
});

test("deep in a world of 65536 a side a cell is a clean square", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world("65536x65536", "&boundary=torus&execution=sparse&at=32768,32768,40"));
  await live(page);
  await rewind(page);
  // 16 cells of 40 pixels: its edges to the pixel, on all four sides.
  for (const [x, y] of [[-319, 0], [318, 0], [0, -319], [0, 318]] as const) expect(await bright(page, x, y), `matter at ${x},${y}`).toBe(true);
  for (const [x, y] of [[-322, 0], [321, 0], [0, -322], [0, 321]] as const) expect(await bright(page, x, y), `nothing at ${x},${y}`).toBe(false);
});

test("a plane without edges goes on beyond its starting matter", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world("128x128", "&boundary=unbounded"));
  await live(page);
  await rewind(page);
  await expect(page.getByRole("region", { name: "World", exact: true })).toContainText("unbounded");
  expect(await bright(page, 0, 0)).toBe(true);
  const before = await matter(page);

  for (let n = 0; n < 4; n++) await drag(page, [-250, 0], [250, 0]);
  await expect.poll(() => region(sent)?.x ?? 0).toBeLessThan(-200);
  await still(page);
  expect(await bright(page, 0, 0)).toBe(false);

  // Matter can be put where no grid ever was.
  await page.getByRole("radio", { name: "Inject" }).click();
  const middle = await point(page, 0, 0);
  await page.mouse.click(middle.x, middle.y);
  await expect.poll(() => matter(page)).toBeGreaterThan(before);
  await expect.poll(() => bright(page, 0, 0)).toBe(true);

  // Far out, both are specks on one plane.
  for (let n = 0; n < 12; n++) await page.keyboard.press("-");
  await expect.poll(() => region(sent)?.width ?? 0).toBeGreaterThan(10_000);
  await page.keyboard.press("Shift+F");
  await still(page);
  expect(await bright(page, 0, 0)).toBe(true);
  expect(await colours(page)).toBeGreaterThan(8);
});
