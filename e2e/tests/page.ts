// The page as a user finds it: by role and label, in either language.
import { type Locator, type Page, expect } from "@playwright/test";

/** The button of an experiment in the list. */
export function experiment(page: Page, title: string): Locator {
  const list = page.getByRole("region", { name: /^(Experiments|Experimentos)$/ });
  return list.getByRole("button").filter({ has: page.getByText(title, { exact: true }) });
}

/** The world's canvas. */
export function canvas(page: Page): Locator {
  return page.getByRole("application", { name: /^(The world|El mundo)/ });
}

/** The number of the step that is shown. */
export async function step(page: Page): Promise<number> {
  const text = await page.getByRole("status", { name: /^(step|paso)$/ }).innerText();
  return Number(text.replace(/\D/g, ""));
}

/** A fingerprint of what is on the canvas, by reading its pixels back. */
export async function fingerprint(page: Page): Promise<string> {
  return canvas(page).evaluate((element) => {
    const gl = (element as HTMLCanvasElement).getContext("webgl2");
    if (gl === null) throw new Error("the canvas has no WebGL2 context");
    const bytes = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
    gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    let hash = 0x811c9dc5; // FNV-1a, a pixel at a time
    for (const pixel of new Uint32Array(bytes.buffer)) hash = Math.imul(hash ^ pixel, 0x01000193);
    return `${gl.drawingBufferWidth}x${gl.drawingBufferHeight}:${(hash >>> 0).toString(16)}`;
  });
}

/** How many different colours are on the canvas: a world is not one colour. */
export async function colours(page: Page): Promise<number> {
  return canvas(page).evaluate((element) => {
    const gl = (element as HTMLCanvasElement).getContext("webgl2");
    if (gl === null) throw new Error("the canvas has no WebGL2 context");
    const bytes = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
    gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    return new Set(new Uint32Array(bytes.buffer)).size;
  });
}

/** How many cells are matter, as the state card says. */
export async function matter(page: Page): Promise<number> {
  const card = page.getByRole("region", { name: /^(State|Estado)$/ });
  return Number((await card.locator("dt:has-text('Matter cells') + dd, dt:has-text('Celdas de materia') + dd").innerText()).replace(/\D/g, ""));
}

/** The colour of a pixel of the canvas, in pixels of the page from its middle. */
export async function colour(page: Page, right: number, down: number): Promise<[number, number, number]> {
  return canvas(page).evaluate(
    (element, [right, down]) => {
      const gl = (element as HTMLCanvasElement).getContext("webgl2");
      if (gl === null) throw new Error("the canvas has no WebGL2 context");
      const ratio = window.devicePixelRatio;
      const x = Math.floor(gl.drawingBufferWidth / 2 + right * ratio);
      const y = Math.floor(gl.drawingBufferHeight / 2 - down * ratio);
      const bytes = new Uint8Array(4);
      gl.readPixels(x, y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
      return [bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0] as [number, number, number];
    },
    [right, down] as const,
  );
}

/** Whether a pixel shows matter: the lowest colour of every map that the tests use is darker than this. */
export async function bright(page: Page, right: number, down: number): Promise<boolean> {
  const [r, g, b] = await colour(page, right, down);
  return r + g + b > 60;
}

/** Where a point of the canvas, counted from its middle, is on the page. */
export async function point(page: Page, right: number, down: number): Promise<{ x: number; y: number }> {
  const box = await canvas(page).boundingBox();
  if (box === null) throw new Error("the canvas is not on the page");
  return { x: box.x + box.width / 2 + right, y: box.y + box.height / 2 + down };
}

/** Drags over the canvas, between points counted from its middle. */
export async function drag(page: Page, from: [number, number], to: [number, number], button: "left" | "middle" = "left"): Promise<void> {
  const [a, b] = [await point(page, ...from), await point(page, ...to)];
  await page.mouse.move(a.x, a.y);
  await page.mouse.down({ button });
  await page.mouse.move(b.x, b.y, { steps: 12 });
  await page.mouse.up({ button });
}

/** Pauses, and goes back to step 0. */
export async function rewind(page: Page): Promise<void> {
  await pause(page);
  await page.getByRole("button", { name: /^(Reset|Reiniciar)$/ }).click();
  await expect.poll(() => step(page)).toBe(0);
  await still(page);
}

/** A command as the page sends it to its world. */
export interface Command {
  readonly command: string;
  readonly region?: { y: number; x: number; height: number; width: number };
  readonly side_pixels?: number;
  readonly stroke?: { tool: string; at: { y: number; x: number }; seed: number };
}

/** Gathers what the page sends to its world, from now on. */
export function commands(page: Page): Command[] {
  const sent: Command[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      if (typeof payload !== "string") return;
      const said = JSON.parse(payload) as Partial<Command>;
      // Besides commands it says what it has painted.
      if (said.command !== undefined) sent.push(said as Command);
    });
  });
  return sent;
}

/** Counts the frames that come over WebSockets, from the page's first script on: without a word to it, and without its help. */
export async function frames(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const counted = { frames: 0 };
    Object.assign(window, { counted });
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols);
        this.addEventListener("message", (event) => {
          if (typeof event.data !== "string") counted.frames++;
        });
      }
    };
  });
  return () => page.evaluate(() => (window as unknown as { counted: { frames: number } }).counted.frames);
}

/** Waits until the world lives: a button to pause it, and a picture. */
export async function live(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: /^(Pause|Pausa)$/ })).toBeEnabled({ timeout: 60_000 });
  await expect.poll(() => colours(page)).toBeGreaterThan(8);
}

/** Pauses, and waits until the picture is that of the step that is shown. */
export async function pause(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^(Pause|Pausa)$/ }).click();
  await expect(page.getByRole("button", { name: /^(Play|Reproducir)$/ })).toBeEnabled();
  await still(page);
}

/** Waits until a world that was paused is there again, as after a reload. */
export async function rests(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: /^(Play|Reproducir)$/ })).toBeEnabled({ timeout: 60_000 });
  await expect.poll(() => colours(page)).toBeGreaterThan(8);
  await still(page);
}

/** Waits until the picture has been the same for a while. */
export async function still(page: Page): Promise<string> {
  let last = "";
  let times = 0;
  await expect
    .poll(
      async () => {
        const now = await fingerprint(page);
        times = now === last ? times + 1 : 0;
        last = now;
        return times;
      },
      { intervals: [150], message: "the picture comes to rest" },
    )
    .toBeGreaterThanOrEqual(4);
  return last;
}

/** That nothing sticks out of the page, and no text shows what only a programmer knows. */
export async function tidy(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const inside = (element: Element) => {
      // What lies in something that scrolls or clips by itself may be wider.
      for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible") return true;
      }
      return element.getBoundingClientRect().right <= limit + 1;
    };
    // To the left of what clips it nothing can be scrolled to.
    const cut = (element: Element) => {
      const { left, width } = element.getBoundingClientRect();
      for (let at = element.parentElement; width > 1 && at !== null; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible" && at.scrollLeft === 0) return left < at.getBoundingClientRect().left - 1;
      }
      return false;
    };
    const all = [...document.body.querySelectorAll("*")];
    const named = (elements: Element[]) => elements.map((element) => `${element.tagName} ${element.className.toString()}`);
    const [out, lost] = [all.filter((element) => !inside(element)), all.filter((element) => element.matches("p, b, td, li, button, span") && cut(element))];
    return { page: document.documentElement.scrollWidth - limit, out: named(out), lost: named(lost) };
  });
  expect(wide).toEqual({ page: 0, out: [], lost: [] });
  const text = await page.locator("body").innerText();
  expect(text).not.toMatch(/undefined|NaN|null|\[object|panicked|Some\(|None\b/);
}
