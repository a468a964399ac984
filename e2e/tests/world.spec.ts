// From a click to a living world.
import { canvas, experiment, fingerprint, live, pause, step, still } from "./page.ts";
import { expect, test } from "./product.ts";

test("one click exports the law, says so, and shows its world alive", async ({ page, serve }) => {
  const server = await serve();
  // The stages go by quickly: what the page announced is gathered as it changes.
  await page.addInitScript(() => {
    const said = new Set<string>();
    Object.assign(window, { said });
    new MutationObserver(() => {
      for (const element of document.querySelectorAll(".stages")) said.add((element as HTMLElement).innerText);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);

  const said = await page.evaluate(() => [...(window as unknown as { said: Set<string> }).said].join("\n"));
  expect(said).toContain("Exporting the model to TorchScript...");
  // They fold to one line, which unfolds.
  const stages = page.getByRole("status", { name: "Stages" });
  const summary = stages.getByRole("button", { name: /^Ready in \d+\.\d+\ss · error (0|\de-\d)/ });
  await expect(summary).toHaveAttribute("aria-expanded", "false");
  await expect(stages.getByRole("listitem")).toHaveCount(0);
  expect((await stages.boundingBox())?.height ?? 0).toBeLessThan(60);
  await summary.click();
  await expect(stages).toContainText(/Verifying on the CPU\.\.\.\s*error (0|\de-\d)/);
  await expect(page.getByRole("status", { name: "Connection" })).toHaveText("connected");
  await expect(page.getByRole("region", { name: "Law", exact: true })).toContainText(/verified · (0|\de-\d)/);
  await expect(page.getByRole("banner")).toContainText(/(CPU|CUDA) · (dense|sparse)/);
});

test("pixels change while it plays, rest while it is paused, and change once a step", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);

  const before = await fingerprint(page);
  await expect.poll(() => fingerprint(page), { message: "the picture moves" }).not.toBe(before);

  await pause(page);
  const rested = await still(page);
  const at = await step(page);

  await page.getByRole("button", { name: "One step", exact: true }).click();
  await expect.poll(() => step(page)).toBe(at + 1);
  await expect.poll(() => fingerprint(page), { message: "a step changes the picture" }).not.toBe(rested);
  const stepped = await still(page);
  expect(await step(page)).toBe(at + 1);

  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await expect.poll(() => step(page)).toBe(0);
  await expect.poll(() => fingerprint(page)).not.toBe(stepped);
});

test("every view shows something, with its legend", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await pause(page);

  const seen = new Set<string>();
  for (const view of ["Deviation", "Phase", "Channel", "RGB", "Change"]) {
    await page.getByRole("radio", { name: view }).click();
    await expect(page.getByRole("img", { name: `Legend: ${view}` })).toBeVisible();
    seen.add(await still(page));
  }
  expect(seen.size).toBe(5);

  await page.getByRole("radio", { name: "Deviation" }).click();
  await expect(page.getByRole("img", { name: "Legend: Deviation" })).toBeVisible();
  const magma = await still(page);
  await page.getByRole("combobox", { name: "Colormap" }).selectOption("viridis");
  await expect.poll(() => fingerprint(page)).not.toBe(magma);
});

test("another world of the same law opens from the form", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);

  const world = page.getByRole("region", { name: "World", exact: true });
  await world.getByText("Open with other settings").click();
  const [height, width] = [world.getByRole("spinbutton", { name: "Height" }), world.getByRole("spinbutton", { name: "Width" })];
  await expect(height).toHaveValue("128");
  await expect(width).toHaveValue("128");
  await height.fill("0");
  await expect(height).toHaveAttribute("aria-invalid", "true");
  await expect(world.getByRole("button", { name: "Open anew" })).toBeDisabled();
  await height.fill("48");
  await width.fill("80");
  await world.getByRole("combobox", { name: "Boundary" }).selectOption("torus");
  await world.getByRole("combobox", { name: "Starting matter" }).selectOption("blob");
  await world.getByRole("button", { name: "Open anew" }).click();
  await expect(world).toContainText("48 × 80 · torus", { timeout: 60_000 });
  await live(page);
});

test("zoom changes the picture, and fitting brings it back", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await pause(page);
  const fitted = await still(page);

  await canvas(page).hover();
  await page.mouse.wheel(0, -400);
  await expect.poll(() => fingerprint(page)).not.toBe(fitted);
  await page.getByRole("button", { name: "Fit the world" }).click();
  await expect.poll(() => fingerprint(page)).toBe(fitted);
});
