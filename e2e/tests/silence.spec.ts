// A server or an engine that does not answer is told soon, with nothing pretended meanwhile; and the page comes back by itself.
import { createServer } from "node:net";

import { type Locator, type Page } from "@playwright/test";

import { experiment, fingerprint, live, pause, step, tidy } from "./page.ts";
import { expect, test } from "./product.ts";

/** What is told within two seconds; the rest is what a busy machine takes to look. */
const SOON = { timeout: 3_000 };

function silence(page: Page): Locator {
  return page.getByRole("main").getByRole("alert").filter({ hasText: /No answer since|Sin respuesta desde/ });
}

/** That nothing says the world plays. */
async function pretendsNothing(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: /^(Play|Reproducir)$/ })).toBeDisabled();
  await expect(page.getByRole("button", { name: /^(Pause|Pausa)$/ })).toHaveCount(0);
  await expect(page.getByRole("slider", { name: /^(Speed|Velocidad)$/ })).toBeDisabled();
  await expect(page.locator(".transport .pace")).toHaveText("–");
}

const words = {
  en: { locale: "en-GB", flower: "Flower", server: "The server does not answer", engine: "The engine does not answer", since: /No answer since \d\d:\d\d:\d\d, step [\d,]+/ },
  es: { locale: "es-AR", flower: "Flor", server: "El servidor no responde", engine: "El motor no responde", since: /Sin respuesta desde las \d\d:\d\d:\d\d, paso [\d\s]+/ },
} as const;

for (const lang of ["en", "es"] as const) {
  const says = words[lang];
  test.describe(lang, () => {
    test.use({ locale: says.locale });

    test("a server that hangs is told, with the last step, and the world goes on when it answers", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address);
      await experiment(page, says.flower).click();
      await live(page);
      await expect(silence(page)).toHaveCount(0);
      process.kill(server.pid, "SIGSTOP");
      try {
        await expect(silence(page)).toBeVisible(SOON);
        await expect(silence(page)).toContainText(says.server);
        await expect(silence(page)).toContainText(says.since);
        await pretendsNothing(page);
        await expect(silence(page)).toContainText((await page.getByRole("status", { name: /^(step|paso)$/ }).locator(".step").innerText()).trim());
        await tidy(page);
      } finally {
        process.kill(server.pid, "SIGCONT");
      }
      await expect(silence(page)).toHaveCount(0);
      await live(page);
      const before = await fingerprint(page);
      await expect.poll(() => fingerprint(page), { message: "the picture moves again" }).not.toBe(before);
    });

    test("an engine that hangs is told from its server", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address);
      await experiment(page, says.flower).click();
      await live(page);
      await expect.poll(() => server.engines().length).toBeGreaterThan(0);
      const engines = server.engines();
      for (const engine of engines) process.kill(engine, "SIGSTOP");
      try {
        await expect(silence(page)).toBeVisible(SOON);
        await expect(silence(page)).toContainText(says.engine);
        await expect(silence(page)).toContainText(says.since);
        await pretendsNothing(page);
      } finally {
        for (const engine of engines) process.kill(engine, "SIGCONT");
      }
      await expect(silence(page)).toHaveCount(0);
      await live(page);
    });
  });
}

test("a world that is paused is not taken for a silent one", async ({ page, serve }) => {
  const server = await serve();
  // A silence that was told and taken back would be gone when one looks.
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    new MutationObserver(() => {
      const silent = document.querySelector(".silent");
      if (silent !== null) told.push((silent as HTMLElement).innerText);
    }).observe(document, { childList: true, subtree: true });
  });
  let pulses = 0;
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload === "string" && payload.includes('"event":"pulse"')) pulses += 1;
    }),
  );
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await pause(page);
  // Twice as long as a silence takes to be told.
  const before = pulses;
  await expect.poll(() => pulses).toBeGreaterThan(before + 8);
  expect(await page.evaluate(() => (window as unknown as { told: string[] }).told)).toEqual([]);
});

test("an experiment that is clicked while the server hangs opens when it answers", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  process.kill(server.pid, "SIGSTOP");
  try {
    await expect(silence(page)).toBeVisible(SOON);
    await experiment(page, "Colony").click();
    await expect(page.getByRole("banner")).toContainText("Colony");
    await expect(silence(page)).toContainText("The server does not answer", SOON);
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
  await live(page);
  await expect(page.getByRole("banner")).toContainText("Colony");
  await expect(silence(page)).toHaveCount(0);
});

test("a server that is killed and comes back: what was clicked meanwhile opens by itself", async ({ page, serve }) => {
  const first = await serve();
  const port = new URL(first.address).port;
  await page.goto(first.address);
  await experiment(page, "Flower").click();
  await live(page);
  const at = await step(page);
  await first.stop("SIGKILL");
  await expect(silence(page)).toBeVisible(SOON);
  await expect(silence(page)).toContainText(/No answer since \d\d:\d\d:\d\d, step [\d,]+/);
  await pretendsNothing(page);
  expect(await step(page)).toBeGreaterThanOrEqual(at);

  await experiment(page, "Colony").click();
  await expect(page.getByRole("main")).toContainText("Colony opens by itself as soon as the server answers.");
  await free(port);
  await serve(first.root, ["--port", port]);
  await live(page);
  await expect(page.getByRole("banner")).toContainText("Colony");
});

test("a session that is gone when the server is back has a card with what was lost and what can be done", async ({ page, serve }) => {
  const first = await serve();
  const port = new URL(first.address).port;
  await page.goto(first.address);
  await experiment(page, "Flower").click();
  await live(page);
  await first.stop("SIGKILL");
  await expect(silence(page)).toBeVisible(SOON);
  await free(port);
  await serve(first.root, ["--port", port]);

  const card = page.getByRole("main").getByRole("status").filter({ hasText: "The session is closed" });
  await expect(card).toContainText("Flower");
  await expect(card).toContainText(/last seen at step [\d,]+/);
  await expect(silence(page)).toHaveCount(0);
  await tidy(page);
  await card.getByRole("button", { name: "Open anew" }).click();
  await live(page);
  await expect(card).toHaveCount(0);
});

test("a closed session can be left for another", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  const id = new URL(page.url()).searchParams.get("session");
  expect((await page.request.delete(`${server.address}api/sessions/${id}`)).status()).toBe(204);
  const card = page.getByRole("main").getByRole("status").filter({ hasText: "The session is closed" });
  await card.getByRole("button", { name: "Choose another" }).click();
  await expect(card).toHaveCount(0);
  expect(new URL(page.url()).search).toBe("");
  await expect(page).toHaveTitle("Atheria");
  await experiment(page, "Colony").click();
  await live(page);
});

/** Waits until a port can be listened on: what was killed lets go of it in its own time. */
async function free(port: string): Promise<void> {
  await expect
    .poll(
      () =>
        new Promise<boolean>((done) => {
          const probe = createServer();
          probe.once("error", () => done(false));
          probe.listen(Number(port), "127.0.0.1", () => probe.close(() => done(true)));
        }),
    )
    .toBe(true);
}
