// From a click on a demo to its first frame on the canvas, and the memory that it takes.
import { readFileSync } from "node:fs";

import { experiment } from "../tests/page.ts";
import { type Server, expect, test } from "../tests/product.ts";
import { keep } from "./figures.ts";
import type { Page } from "@playwright/test";

const ROUNDS = 5;

/** Seconds from the click until the canvas shows more than a few colours, looked at before every repaint. */
async function firstFrame(page: Page, server: Server): Promise<number> {
  await page.goto(server.address);
  await expect(experiment(page, "Flower")).toBeVisible();
  // Whoever reads the list gives the server this long; its spare engine has started meanwhile.
  await page.waitForTimeout(3_000);
  const began = performance.now();
  await experiment(page, "Flower").click();
  await page.waitForFunction(
    () => {
      const gl = document.querySelector("canvas")?.getContext("webgl2");
      if (!gl) return false;
      const bytes = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
      gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
      return new Set(new Uint32Array(bytes.buffer)).size > 3;
    },
    undefined,
    { polling: "raf", timeout: 60_000 },
  );
  return (performance.now() - began) / 1e3;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Resident bytes of a process. */
function resident(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return 1024 * Number(kilobytes);
}

test("from a click to the first frame", async ({ page, serve }) => {
  const withExport: number[] = [];
  const without: number[] = [];
  let memory = { server: 0, engine: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const server = await serve();
    withExport.push(await firstFrame(page, server));
    without.push(await firstFrame(page, server));
    memory = { server: resident(server.pid), engine: Math.max(...server.engines().map(resident)) };
    await server.stop();
  }
  keep({
    first_frame_export_s: median(withExport),
    first_frame_s: median(without),
    server_resident_bytes: memory.server,
    engine_resident_bytes: memory.engine,
  });
});
