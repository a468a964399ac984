// Frames that are painted while a world plays as fast as it goes, those that are sent meanwhile, and what the page's main thread does.
import type { CDPSession, Page } from "@playwright/test";

import { live } from "../tests/page.ts";
import { test } from "../tests/product.ts";
import { keep } from "./figures.ts";

const SECONDS = 10;

/** What is counted in the page: binary messages, and drawings of the canvas that show a new frame. */
interface Counts {
  readonly sent: number;
  readonly painted: number;
}

/** Counts from the first script on: without a word to the page, and without its help. */
async function count(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counts = { sent: 0, painted: 0 };
    Object.assign(window, { counts });
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols);
        this.addEventListener("message", (event) => {
          if (typeof event.data !== "string") counts.sent++;
        });
      }
    };
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
      if (fresh) counts.painted++;
      fresh = false;
    };
  });
}

function counts(page: Page): Promise<Counts> {
  return page.evaluate(() => ({ ...(window as unknown as { counts: Counts }).counts }));
}

/** Seconds that the main thread has worked so far. */
async function busy(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find((metric) => metric.name === "TaskDuration")?.value ?? Number.NaN;
}

async function steps(page: Page): Promise<number> {
  return Number((await page.getByRole("status", { name: "step", exact: true }).innerText()).replace(/\D/g, ""));
}

for (const [name, world] of [
  ["flower_128", "grid=128x128&boundary=torus"],
  ["flower_1024", "grid=1024x1024&boundary=torus&init=blobs:40:16"],
] as const) {
  test(`frames painted a second: ${name}`, async ({ page, serve }) => {
    const server = await serve();
    await count(page);
    await page.goto(`${server.address}?experiment=flower&seed=1&view=deviation&${world}`);
    await live(page);
    await page.getByRole("slider", { name: "Speed" }).press("End");
    await page.getByText("no limit").waitFor();
    // What opens a world is over by then.
    await page.waitForTimeout(6_000);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.enable");
    const before = [await counts(page), await busy(cdp), await steps(page), performance.now()] as const;
    await page.waitForTimeout(1_000 * SECONDS);
    const after = [await counts(page), await busy(cdp), await steps(page), performance.now()] as const;
    const seconds = (after[3] - before[3]) / 1_000;
    keep({
      [`${name}_painted`]: (after[0].painted - before[0].painted) / seconds,
      [`${name}_sent`]: (after[0].sent - before[0].sent) / seconds,
      [`${name}_steps`]: (after[2] - before[2]) / seconds,
      [`${name}_main_thread`]: (after[1] - before[1]) / seconds,
    });
  });
}
