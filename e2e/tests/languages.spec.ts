// Both languages, wide and narrow: every part is there, and nothing sticks out.
import { experiment, live, tidy } from "./page.ts";
import { expect, test } from "./product.ts";

const words = {
  en: { flower: "Flower", switch: "Cambiar a español", tabs: ["Experiments", "World", "Law", "Evolution"], help: "Help", sheet: "Keyboard" },
  es: { flower: "Flor", switch: "Switch to English", tabs: ["Experimentos", "Mundo", "Ley", "Evolución"], help: "Ayuda", sheet: "Teclado" },
} as const;

for (const lang of ["en", "es"] as const) {
  for (const [shape, viewport] of [
    ["wide", { width: 1440, height: 900 }],
    ["narrow", { width: 390, height: 844 }],
  ] as const) {
    test.describe(`${lang}, ${shape}`, () => {
      test.use({ locale: lang === "en" ? "en-GB" : "es-AR", viewport });

      test("says everything in one language", async ({ page, serve }) => {
        const says = words[lang];
        const server = await serve();
        await page.goto(server.address);
        await expect(page.locator("html")).toHaveAttribute("lang", lang);
        await expect(experiment(page, says.flower)).toBeVisible();
        await tidy(page);
        await experiment(page, says.flower).click();
        await live(page);
        await tidy(page);

        if (shape === "narrow") {
          for (const tab of says.tabs) {
            await page.getByRole("navigation").getByRole("button", { name: tab }).click();
            await expect(page.getByRole("navigation").getByRole("button", { name: tab })).toHaveAttribute("aria-current", "page");
            await tidy(page);
          }
        }
        await page.getByRole("button", { name: says.help }).click();
        await expect(page.getByRole("dialog")).toContainText(says.sheet);
        await tidy(page);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toBeHidden();
      });
    });
  }
}

test("the language is switched by one click, and remembered", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await page.getByRole("button", { name: words.en.switch }).click();
  await expect(page.getByRole("heading", { name: "Experimentos", exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Experimentos", exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
});
