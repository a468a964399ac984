// What the page says of a law, of a world and of an experiment: measured, with its reason, in either language.
import { experiment, live, matter, tidy } from "./page.ts";
import { expect, test } from "./product.ts";

const words = {
  en: {
    locale: "en-GB",
    flower: "Flower",
    law: "Character of the law",
    fate: /This law dissolves what you inject within about \d+ steps?\.|A seed stays about as large as it is\.|A seed grows at [\d.]+ cells a step\./,
    reach: "How far a cell is felt in one step",
    state: "State",
    execution: /(sparse|dense)\s*(little of the world is matter|much of the world is matter|on this device every cell is computed|this law can only be computed everywhere)/,
    dense: "dense",
    asked: /dense\s*as it was asked for/,
    diagnose: "Diagnose",
    diagnosis: "Diagnosis",
    verdict: /^(passed|explained|failed|skipped)$/,
    again: "Run again",
    read: /A world of step 2 was written and read back: all [\d,]+ cells are the same to the last bit/,
    figure: "cells compared",
  },
  es: {
    locale: "es-AR",
    flower: "Flor",
    law: "Carácter de la ley",
    fate: /Esta ley disuelve lo que inyectes en unos \d+ pasos?\.|Una semilla conserva más o menos su tamaño\.|Una semilla crece [\d,]+ celdas por paso\./,
    reach: "Hasta dónde se nota una celda en un paso",
    state: "Estado",
    execution: /(dispersa|densa)\s*(hay poca materia|hay mucha materia|en este dispositivo se calculan todas las celdas|esta ley solo se puede calcular en todas partes)/,
    dense: "densa",
    asked: /densa\s*como se pidió/,
    diagnose: "Diagnosticar",
    diagnosis: "Diagnóstico",
    verdict: /^(superada|explicada|fallida|omitida)$/,
    again: "Repetir",
    read: /Un mundo en el paso 2 se escribió y se volvió a leer: las [\d\s]+ celdas son iguales hasta el último bit/,
    figure: "celdas comparadas",
  },
} as const;

for (const lang of ["en", "es"] as const) {
  const says = words[lang];
  test.describe(lang, () => {
    test.use({ locale: says.locale });

    test("the law's character is told in words and figures", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address);
      await experiment(page, says.flower).click();
      await live(page);
      const card = page.getByRole("region", { name: says.law });
      await expect(card).toContainText(says.fate);
      await card.locator("summary").click();
      await expect(card.getByText(says.reach)).toBeVisible();
      await tidy(page);
    });

    test("numbers come with their reason, and the execution can be chosen", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address);
      await experiment(page, says.flower).click();
      await live(page);
      const card = page.getByRole("region", { name: says.state, exact: true });
      expect(await matter(page)).toBeGreaterThan(0);
      await expect(card).toContainText(says.execution);
      await card.getByRole("radio", { name: says.dense }).click();
      await expect(card).toContainText(says.asked);
      await expect(card.getByRole("radio", { name: says.dense })).toBeChecked();
      await expect(page.getByRole("banner")).toContainText(`· ${says.dense}`);
      expect(new URL(page.url()).searchParams.get("execution")).toBe("dense");
      await tidy(page);
    });

    test("a diagnosis makes its seven checks, each with a verdict", async ({ page, serve }) => {
      test.setTimeout(240_000);
      const server = await serve();
      await page.goto(server.address);
      await experiment(page, says.flower).click();
      await live(page);
      await page.getByRole("button", { name: says.diagnose, exact: true }).click();
      const sheet = page.getByRole("dialog", { name: says.diagnosis });
      await expect(sheet.getByRole("listitem")).toHaveCount(7);
      await tidy(page);

      const again = sheet.getByRole("button", { name: says.again });
      await expect(again).toBeEnabled({ timeout: 180_000 });
      const verdicts = await sheet.locator(".verdict").allInnerTexts();
      expect(verdicts).toHaveLength(7);
      for (const verdict of verdicts) expect(verdict).toMatch(says.verdict);
      // What was found is in the user's language, with its figures and what to do.
      await expect(sheet.locator(".finding")).toHaveCount(7);
      await expect(sheet.locator("[lang=en]")).toHaveCount(0);
      await expect(sheet).toContainText(says.read);
      await expect(sheet.getByRole("rowheader", { name: says.figure, exact: true })).toBeVisible();
      await tidy(page);

      await again.click();
      await expect(again).toBeDisabled();
      await page.keyboard.press("Escape");
      await expect(sheet).toBeHidden();
    });
  });
}
