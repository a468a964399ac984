// The keyboard alone: dialogs hold the focus and give it back, arrows choose, and tools work at a cursor on the world.
import { type Locator, type Page } from "@playwright/test";

import { canvas, commands, experiment, fingerprint, live, matter, rewind, still, tidy } from "./page.ts";
import { expect, test } from "./product.ts";

/** A world whose matter lies in the middle and nowhere else. */
const world = "?experiment=flower&grid=128x128&boundary=walls&init=blob:16&seed=3&view=deviation&colormap=magma";

/** That Tab goes round inside a dialog, both ways. */
async function holds(page: Page, dialog: Locator): Promise<void> {
  const inside = () => dialog.evaluate((dialog) => dialog.contains(document.activeElement) && document.activeElement !== dialog);
  expect(await inside(), "the focus moves in").toBe(true);
  const stops = new Set<string>();
  for (const key of [...Array<string>(12).fill("Tab"), ...Array<string>(12).fill("Shift+Tab")]) {
    await page.keyboard.press(key);
    expect(await inside(), `${key} stays inside`).toBe(true);
    stops.add(await page.evaluate(() => document.activeElement?.outerHTML ?? ""));
  }
  await expect(dialog).toBeVisible();
}

test("dialogs take the focus, keep it, and give it back", async ({ page, serve }) => {
  test.slow(); // eighty keys
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);

  for (const [opener, name] of [
    [page.getByRole("button", { name: "Help" }), "Help"],
    [page.getByRole("button", { name: "Notices" }), "Notices"],
    [page.getByRole("button", { name: "Diagnose" }), "Diagnosis"],
  ] as const) {
    await opener.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name });
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Close" })).toBeFocused();
    await holds(page, dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(opener, `${name} gives the focus back`).toBeFocused();
  }

  // Opened with the pointer it takes the focus as well.
  await page.getByRole("button", { name: "Help" }).click();
  await expect(page.getByRole("dialog", { name: "Help" }).getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("v");
  await expect(page.getByRole("radiogroup", { name: "View" }).getByRole("radio", { checked: true }), "no key acts behind it").toHaveText("RGB");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("a group is one stop of Tab, and arrows choose in it", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world);
  await live(page);
  await rewind(page);

  for (const [name, first, second, last] of [
    ["View", "Deviation", "Phase", "Change"],
    ["Tools", "Look", "Inject", "Wave"],
  ] as const) {
    const group = page.getByRole("radiogroup", { name });
    const radio = (name: string) => group.getByRole("radio", { name, exact: true });
    await expect(group.locator("[tabindex='0']")).toHaveCount(1);
    await radio(first).focus();
    await page.keyboard.press("ArrowRight");
    await expect(radio(second)).toBeChecked();
    await expect(radio(second)).toBeFocused();
    await page.keyboard.press("End");
    await expect(radio(last)).toBeChecked();
    await page.keyboard.press("ArrowDown");
    await expect(radio(first)).toBeFocused();
    await expect(radio(first)).toBeChecked();
    await page.keyboard.press("ArrowUp");
    await expect(radio(last)).toBeFocused();
    await page.keyboard.press("Home");
    await expect(radio(first)).toBeChecked();
    await page.keyboard.press("Tab");
    expect(await group.evaluate((group) => group.contains(document.activeElement)), "one stop").toBe(false);
  }
  const cells = page.getByRole("radiogroup", { name: "Execution" });
  await cells.getByRole("radio", { checked: true }).focus();
  await page.keyboard.press("End");
  await expect(cells.getByRole("radio", { name: "Sparse" })).toBeChecked();
  await expect(cells.getByRole("radio", { name: "Sparse" })).toBeFocused();
  // The address says where one looks once that is not all of the world.
  expect(new URL(page.url()).searchParams.get("at"), "the view did not move").toBeNull();
});

test("without a pointer a tool is taken, brought to a cell and applied", async ({ page, serve }) => {
  const server = await serve();
  const sent = commands(page);
  await page.goto(server.address + world);
  await live(page);
  await rewind(page);
  const before = await matter(page);
  expect(before).toBeGreaterThan(0);

  await page.keyboard.press("t");
  await expect(page.getByRole("radio", { name: "Look" })).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("radio", { name: "Erase" })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(canvas(page)).toBeFocused();
  const mark = page.locator(".crosshair");
  await expect(mark).toBeVisible();
  const start = await mark.boundingBox();

  // 10 + 1 cells to the right, and back down to where they came from.
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  const moved = await mark.boundingBox();
  expect(moved?.x).toBeGreaterThan((start?.x ?? 0) + 20);
  await expect(page.getByRole("status").filter({ hasText: "Row 65, column 75" }), "it is said where the cursor is").toHaveText(/^Row 65, column 75: deviation /);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  await expect.poll(() => sent.find((command) => command.stroke)?.stroke).toMatchObject({ tool: "erase", at: { y: 64, x: 64 } });
  await expect.poll(() => matter(page), { message: "what is erased is gone" }).toBeLessThan(before);

  // Letters act there as well; at the world's edge it stops.
  for (let times = 0; times < 8; times += 1) await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("i");
  await expect.poll(() => sent.filter((command) => command.stroke).at(-1)?.stroke).toMatchObject({ tool: "inject", at: { y: 0, x: 64 } });
  await tidy(page);

  // Zoomed in, the view follows the cursor.
  await page.keyboard.press("1");
  for (let times = 0; times < 6; times += 1) await page.keyboard.press("+");
  const near = await still(page);
  for (let times = 0; times < 5; times += 1) await page.keyboard.press("Shift+ArrowLeft");
  await expect.poll(() => fingerprint(page)).not.toBe(near);
  const [world_box, cursor_box] = [await canvas(page).boundingBox(), await mark.boundingBox()];
  expect(cursor_box?.x).toBeGreaterThanOrEqual(world_box?.x ?? 0);

  // The pointer takes over as soon as it moves.
  await canvas(page).hover();
  await expect(mark).toBeHidden();
  // Without a tool, arrows move the view.
  await page.keyboard.press("Escape");
  await page.keyboard.press("f");
  const fitted = await still(page);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => fingerprint(page)).not.toBe(fitted);
  await expect(mark).toBeHidden();
});

test("the focus is seen wherever Tab leads", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address + world);
  await live(page);
  await page.locator("body").press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the world" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  const unseen: string[] = [];
  for (let times = 0; times < 45; times += 1) {
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const after = getComputedStyle(element, "::after");
      const around = element.closest("label");
      const ringed = getComputedStyle(element).outlineStyle !== "none" || after.borderTopStyle === "solid";
      const bordered = around !== null && getComputedStyle(around).borderTopColor === getComputedStyle(around).getPropertyValue("--accent");
      return ringed || bordered || element.matches("input[type=search]") ? null : element.outerHTML;
    });
    if (found !== null) unseen.push(found);
    await page.keyboard.press("Tab");
  }
  expect(unseen).toEqual([]);
});

for (const [locale, says] of [
  ["en-GB", { word: "Export", meaning: "TorchScript file", title: "Glossary", form: "Open with other settings", place: "Where it lies", pick: "Pick on the world", row: "Row of its upper left", column: "Column of its upper left", anew: "Open anew", vacuum: "Vacuum", what: "Vacuum: What is this?", amplitude: "Amplitude" }],
  ["es-AR", { word: "Exportación", meaning: "archivo TorchScript", title: "Glosario", form: "Abrir con otros ajustes", place: "Dónde está", pick: "Elegir en el mundo", row: "Fila de su esquina superior izquierda", column: "Columna de esa esquina", anew: "Abrir de nuevo", vacuum: "Vacío", what: "Vacío: ¿Qué es esto?", amplitude: "Amplitud" }],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });

    test("words explain themselves under the pointer, with the focus and in the help", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address + world);
      await live(page);
      const word = page.getByRole("button", { name: says.word, exact: true });
      const meaning = page.getByRole("tooltip");
      await expect(meaning).toBeHidden();
      await word.hover();
      await expect(meaning).toContainText(says.meaning);
      await tidy(page);
      await canvas(page).hover();
      await expect(meaning).toBeHidden();
      await word.focus();
      await expect(meaning).toContainText(says.meaning);
      await expect(word).toHaveAccessibleDescription(new RegExp(says.meaning));
      await page.keyboard.press("Escape");
      await expect(meaning).toBeHidden();

      await page.keyboard.press("?");
      const help = page.getByRole("dialog");
      await expect(help.getByRole("heading", { name: says.title })).toBeAttached();
      for (const term of ["ψ", "γ", "ε", "λ", says.vacuum, says.word]) await expect(help.getByRole("term").filter({ hasText: term }).first()).toBeAttached();
    });

    test("place and vacuum are fields, and a place is picked on the world", async ({ page, serve }) => {
      const server = await serve();
      const asked: { place?: string; vacuum?: string; grid?: unknown }[] = [];
      page.on("request", (request) => {
        if (request.method() === "POST" && request.url().endsWith("/api/sessions")) asked.push(request.postDataJSON() as { place?: string });
      });
      // Its own matter, 128 cells a side, can lie elsewhere here.
      await page.goto(`${server.address}?experiment=flower&grid=256x256`);
      await live(page);
      await rewind(page);
      const form = page.getByRole("region", { name: /^(World|Mundo)$/ });
      await form.getByText(says.form).click();
      await form.getByRole("combobox", { name: says.place }).selectOption("at");
      await form.getByRole("button", { name: says.pick }).click();
      await expect(canvas(page)).toBeFocused();
      const box = await canvas(page).boundingBox();
      if (box === null) throw new Error("no canvas");
      const side = Math.min(box.width, box.height) / 256;
      const at = (cell: number, length: number) => length / 2 + (cell + 0.5 - 128) * side;
      await page.mouse.click(box.x + at(80, box.width), box.y + at(30, box.height));
      await expect(form.getByRole("spinbutton", { name: says.row })).toHaveValue("30");
      await expect(form.getByRole("spinbutton", { name: says.column })).toHaveValue("80");

      // By keyboard too, and Esc leaves it as it is.
      await form.getByRole("button", { name: says.pick }).press("Enter");
      await expect(page.locator(".crosshair")).toBeVisible();
      await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.press("Escape");
      await expect(form.getByRole("spinbutton", { name: says.column })).toHaveValue("80");

      await expect(form.getByRole("button", { name: says.what })).toBeVisible();
      await form.getByRole("combobox", { name: says.vacuum, exact: true }).selectOption("harmonic");
      const amplitude = form.getByRole("spinbutton", { name: says.amplitude });
      await amplitude.fill("7");
      await expect(form.getByRole("button", { name: says.anew })).toBeDisabled();
      await amplitude.fill("0.25");
      await tidy(page);
      await form.getByRole("button", { name: says.anew }).click();
      await live(page);
      expect(asked.at(-1)).toMatchObject({ place: "30,80", vacuum: "harmonic:0.25:8:0" });
      await expect(form.getByRole("combobox", { name: says.vacuum, exact: true })).toHaveValue("harmonic");
    });
  });
}
