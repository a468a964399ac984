// What the page offers where a checkpoint leaves a choice, and what it says beside a world that opens all the same.
//
// The server's answers are put in its mouth here, but for the last test: that it gives them is tested where it does.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { experiment, live, tidy } from "./page.ts";
import { copyDemo, expect, test } from "./product.ts";

interface Asked {
  readonly weights?: string;
  readonly cast?: boolean;
}

/** Fails the first sessions with these errors, one after the other; then lets them through without what they ask for. */
async function failing(page: Page, errors: readonly object[]): Promise<Asked[]> {
  const asked: Asked[] = [];
  const left = [...errors];
  await page.route("**/api/sessions", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const request = route.request().postDataJSON() as Asked;
    asked.push(request);
    const error = left.shift();
    if (error === undefined) {
      const { weights: _, cast: __, ...plain } = request as Record<string, unknown>;
      return route.continue({ postData: JSON.stringify(plain) });
    }
    await route.fulfill({ status: 422, json: error });
  });
  return asked;
}

/** Adds remarks to the list and to one experiment. */
async function remarked(page: Page, name: string, remarks: readonly object[]): Promise<void> {
  await page.route("**/api/experiments", async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as { experiments: { name: string; remarks?: readonly object[] }[]; remarks?: readonly object[] };
    list.remarks = [{ remark: "checkpoints_alone", names: ["lost_and_found"] }];
    for (const one of list.experiments) if (one.name === name) one.remarks = remarks;
    await route.fulfill({ response: answer, json: list });
  });
}

const words = {
  en: { locale: "en-GB", flower: "Flower", with: "Open with", cast: "Cast to float32 and open", anew: "Open with the new weights", know: /^What to know 2$/, folder: /^About this folder 1$/, keys: "STEP_RULE, which is not heeded", cut: "it is damaged, or still being written" },
  es: { locale: "es-AR", flower: "Flor", with: "Abrir con", cast: "Convertir a float32 y abrir", anew: "Abrir con los pesos nuevos", know: /^Conviene saber 2$/, folder: /^Sobre esta carpeta 1$/, keys: "STEP_RULE, que aquí no se tiene en cuenta", cut: "está dañado, o aún se está escribiendo" },
} as const;

for (const lang of ["en", "es"] as const) {
  const says = words[lang];
  for (const [shape, viewport] of [
    ["wide", { width: 1440, height: 900 }],
    ["narrow", { width: 390, height: 844 }],
  ] as const) {
    test.describe(`${lang}, ${shape}`, () => {
      test.use({ locale: says.locale, viewport });

      test("several weights, another type and a new checkpoint are each a click away", async ({ page, serve }, info) => {
        const server = await serve();
        const asked = await failing(page, [
          { code: "weights_ambiguous", message: "several fit", details: ["generator.model_state_dict", "ema.shadow_parameters_of_the_exponential_moving_average", "."] },
          { code: "weights_dtype", message: "float64", details: ["conv1.weight is float64"] },
          { code: "checkpoint_replaced", message: "another file", details: [] },
        ]);
        await page.goto(server.address);
        await experiment(page, says.flower).click();
        const choices = page.getByRole("group", { name: says.with });
        await expect(choices.getByRole("button")).toHaveCount(3);
        await tidy(page);
        await info.attach("ambiguous", { body: await page.screenshot(), contentType: "image/png" });
        await choices.getByRole("button", { name: "ema.shadow" }).click();
        await page.getByRole("button", { name: says.cast }).click();
        await tidy(page);
        await page.getByRole("button", { name: says.anew }).click();
        await live(page);
        const ema = "ema.shadow_parameters_of_the_exponential_moving_average";
        expect(asked.map(({ weights, cast }) => [weights, cast])).toEqual([
          [undefined, false],
          [ema, false],
          [ema, true],
          [ema, true],
        ]);
        // The address says it too.
        expect(new URL(page.url()).searchParams.get("weights")).toBe(ema);
        expect(new URL(page.url()).searchParams.get("cast")).toBe("true");
      });

      test("what to know is folded beside the list and in the experiment's card", async ({ page, serve }, info) => {
        const server = await serve();
        await remarked(page, "flower", [
          { remark: "unheeded_keys", keys: ["STEP_RULE"] },
          { remark: "passed_over", file: "checkpoint_ep900.pth", reason: { reason: "cut_off" } },
        ]);
        await page.goto(server.address);
        const folder = page.locator(".remarks", { hasText: "lost_and_found" });
        await folder.locator("summary").click();
        await expect(folder.locator("summary")).toHaveText(says.folder);
        await expect(folder.getByText("lost_and_found")).toBeVisible();
        await tidy(page);
        await experiment(page, says.flower).click();
        await live(page);
        if (shape === "narrow") await page.getByRole("navigation").getByRole("button", { name: /^(Law|Ley)$/ }).click();
        const card = page.locator(".figures .remarks");
        await expect(card.locator("summary")).toHaveText(says.know);
        await card.locator("summary").click();
        await expect(card).toContainText(says.keys);
        await expect(card).toContainText(`checkpoint_ep900.pth`);
        await expect(card).toContainText(says.cut);
        await tidy(page);
        await info.attach("remarks", { body: await page.screenshot(), contentType: "image/png" });
      });
    });
  }
}

test("a latest checkpoint that was cut off leads to the whole one before it", async ({ page, serve, folder }) => {
  const root = copyDemo(join(folder, "root"), ["flower"]);
  const checkpoints = join(root, "training_checkpoints", "flower");
  const whole = "checkpoint_ep1199.pth";
  const bytes = readFileSync(join(checkpoints, whole));
  writeFileSync(join(checkpoints, "checkpoint_ep1200.pth"), bytes.subarray(0, bytes.length / 2));
  const server = await serve(root);
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  const failure = page.getByRole("main").getByRole("alert");
  await expect(failure).toContainText("The latest checkpoint cannot be used");
  await failure.getByRole("button", { name: whole }).click();
  await live(page);
  expect(new URL(page.url()).searchParams.get("checkpoint")).toBe(whole);
  await tidy(page);
});
