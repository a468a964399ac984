// Frames that are painted while a world plays as fast as it goes, those that are sent meanwhile, and what the page's main thread does.
import type { CDPSession, Page } from "@playwright/test";

import { frames, live, step } from "../tests/page.ts";
import { test } from "../tests/product.ts";
import { keep } from "./figures.ts";

const SECONDS = 10;

/** Counts the drawings of the canvas that show a new frame, from the page's first script on. */
async function paintings(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const paintings = { shown: 0 };
    Object.assign(window, { paintings });
    const gl = WebGL2RenderingContext.prototype;
    let fresh = false;
    for (const name of ["texImage2D", "texSubImage2D"] as const) {
      const plain = gl[name] as (...args: unknown[]) => void;
      Object.assign(gl, {
        [name](this: WebGL2RenderingContext, ...args: unknown[]) {
          fresh = true;
          plain.apply(this, args);
        },
      });
    }
    const draw = gl.drawArrays;
    gl.drawArrays = function (...args) {
      draw.apply(this, args);
      if (fresh) paintings.shown++;
      fresh = false;
    };
  });
  return () => page.evaluate(() => (window as unknown as { paintings: { shown: number } }).paintings.shown);
}

/** Seconds that the main thread has worked so far. */
async function busy(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find((metric) => metric.name === "TaskDuration")?.value ?? Number.NaN;
}

for (const [name, world] of [
  ["flower_128", "grid=128x128&boundary=torus"],
  ["flower_1024", "grid=1024x1024&boundary=torus&init=blobs:40:16"],
] as const) {
  test(`frames painted a second: ${name}`, async ({ page, serve }) => {
    const server = await serve();
    const [sent, painted] = [await frames(page), await paintings(page)];
    await page.goto(`${server.address}?experiment=flower&seed=1&view=deviation&${world}`);
    await live(page);
    await page.getByRole("slider", { name: "Speed" }).press("End");
    await page.getByText("no limit").waitFor();
    // What opens a world is over by then.
    await page.waitForTimeout(6_000);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.enable");
    const now = async () => ({ painted: await painted(), sent: await sent(), steps: await step(page), main_thread: await busy(cdp), at: performance.now() });
    const before = await now();
    await page.waitForTimeout(1_000 * SECONDS);
    const after = await now();
    const seconds = (after.at - before.at) / 1_000;
    for (const what of ["painted", "sent", "steps", "main_thread"] as const) {
      keep({ [`${name}_${what}`]: (after[what] - before[what]) / seconds });
    }
  });
}
