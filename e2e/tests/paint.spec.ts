// Frames are sent as fast as they are painted, and as large as they are painted in time.
import { type Page } from "@playwright/test";

import { fingerprint, frames, live } from "./page.ts";
import { expect, test } from "./product.ts";

/** Lets the screen be drawn that seldom, and counts how often. */
async function slowScreen(page: Page, milliseconds: number): Promise<() => Promise<number>> {
  await page.addInitScript((milliseconds) => {
    const slow = { drawn: 0 };
    Object.assign(window, { slow });
    window.requestAnimationFrame = (draw) =>
      window.setTimeout(() => {
        slow.drawn++;
        draw(performance.now());
      }, milliseconds);
  }, milliseconds);
  return () => page.evaluate(() => (window as unknown as { slow: { drawn: number } }).slow.drawn);
}

test("a page that draws twice a second is sent frames twice a second", async ({ page, serve }) => {
  const server = await serve();
  const sent = await frames(page);
  const drawn = await slowScreen(page, 500);
  await page.goto(`${server.address}?experiment=flower&grid=128x128&boundary=torus&view=deviation`);
  await live(page);
  const before = { sent: await sent(), drawn: await drawn() };
  await expect.poll(async () => (await drawn()) - before.drawn, { timeout: 30_000 }).toBeGreaterThan(10);
  const after = { sent: await sent(), drawn: await drawn() };
  // For each drawing a frame, and the one that is under way.
  expect(after.sent - before.sent).toBeLessThanOrEqual(after.drawn - before.drawn + 2);
  expect(after.sent - before.sent).toBeGreaterThan(3);
  // What is shown still changes.
  const shown = await fingerprint(page);
  await expect.poll(() => fingerprint(page)).not.toBe(shown);
});

test("over a slow line pictures are smaller, until it is quick again, and what rests is whole", async ({ page, serve }) => {
  const server = await serve();
  let bytesASecond = 200_000;
  const cells: number[] = [];
  await page.routeWebSocket(/\/ws\/sessions\//, (socket) => {
    const line = socket.connectToServer();
    let free = 0;
    line.onMessage((message) => {
      if (typeof message === "string") {
        socket.send(message);
        return;
      }
      // The header says how many cells a pixel has.
      cells.push(message.readUInt32LE(40));
      const now = performance.now();
      free = Math.max(free, now) + (1_000 * message.length) / bytesASecond;
      setTimeout(() => socket.send(message), free - now);
    });
  });
  // Noise does not pack: a picture is a quarter of a megabyte.
  await page.goto(`${server.address}?experiment=flower&grid=512x512&boundary=torus&init=random&view=channel:1:real`);
  await expect(page.getByRole("button", { name: "Pause" })).toBeEnabled({ timeout: 60_000 });
  await expect.poll(() => cells.at(0), { timeout: 30_000 }).toBe(1);
  await expect.poll(() => cells.at(-1), { timeout: 60_000, message: "pictures get smaller" }).toBeGreaterThan(1);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect.poll(() => cells.at(-1), { timeout: 30_000, message: "what rests is whole" }).toBe(1);
  bytesASecond = 1e9;
  const before = cells.length;
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => cells.slice(before).includes(1), { timeout: 60_000, message: "pictures are whole again" }).toBe(true);
});
