// What the page says is about what it is said of: the world that plays, the experiment that failed.
import { type Page } from "@playwright/test";

import { canvas, experiment, fingerprint, live, tidy } from "./page.ts";
import { copyDemo, expect, test, writeExperiment } from "./product.ts";

const config = JSON.stringify({ MODEL_ARCHITECTURE: "UNET", MODEL_PARAMS: { d_state: 4, hidden_channels: 8 } });

const words = {
  en: { locale: "en-GB", flower: "Flower", noCheckpoint: "There is no checkpoint", damaged: "checkpoint_ep1.pth is no checkpoint", failed: "It could not be opened" },
  es: { locale: "es-AR", flower: "Flor", noCheckpoint: "No hay punto de control", damaged: "checkpoint_ep1.pth no es un punto de control", failed: "No se pudo abrir" },
} as const;

/** What names the world: the header, the tab, the canvas. */
async function named(page: Page, title: string): Promise<void> {
  await expect(page.getByRole("banner")).toContainText(title);
  await expect(page).toHaveTitle(`${title} · Atheria`);
  await expect(canvas(page)).toHaveAccessibleName(new RegExp(`${title} · `));
}

for (const lang of ["en", "es"] as const) {
  const says = words[lang];
  test.describe(lang, () => {
    test.use({ locale: says.locale });

    test("a click on a broken experiment tells its reason and renames nothing", async ({ page, serve, folder }) => {
      const root = copyDemo(folder, ["flower"]);
      writeExperiment(root, "no_checkpoint", config);
      const server = await serve(root);
      await page.goto(server.address);
      await experiment(page, says.flower).click();
      await live(page);
      await named(page, says.flower);
      const before = await fingerprint(page);

      await experiment(page, "no_checkpoint").click();
      const figures = page.getByRole("region", { name: /^(Law|Ley)$/ });
      await expect(figures).toContainText("no_checkpoint");
      await expect(figures.getByRole("alert")).toContainText(says.noCheckpoint);
      await named(page, says.flower);
      await expect(page.getByRole("banner")).not.toContainText("no_checkpoint");
      await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
      // The list tells what plays from what is looked at.
      await expect(experiment(page, says.flower)).toHaveAttribute("aria-current", "true");
      await expect(experiment(page, "no_checkpoint")).not.toHaveAttribute("aria-current");
      await expect.poll(() => fingerprint(page), { message: "the world plays on" }).not.toBe(before);
      await tidy(page);
    });

    test("a failure is told of the experiment that failed, whatever is clicked afterwards", async ({ page, serve, folder }) => {
      const root = copyDemo(folder, ["flower"]);
      writeExperiment(root, "damaged", config, ["checkpoint_ep1.pth"]);
      writeExperiment(root, "no_checkpoint", config);
      const server = await serve(root);
      await page.goto(server.address);
      await experiment(page, "damaged").click();
      const failure = page.getByRole("main").getByRole("alert");
      await expect(failure).toContainText(`damaged · ${says.failed}`);
      await expect(failure).toContainText(says.damaged);
      // A dot beside a name is a world that lives.
      const dot = (title: string) => experiment(page, title).locator(".name").evaluate((name) => getComputedStyle(name, "::after").content);
      expect(await dot("damaged")).toBe("none");

      await experiment(page, "no_checkpoint").click();
      await expect(page.getByRole("region", { name: /^(Law|Ley)$/ }).getByRole("alert")).toContainText(says.noCheckpoint);
      await expect(failure).toContainText(`damaged · ${says.failed}`);
      await named(page, "damaged");

      await experiment(page, says.flower).click();
      await live(page);
      await named(page, says.flower);
      await expect(failure).toHaveCount(0);
      expect(await dot(says.flower)).not.toBe("none");
      await tidy(page);
    });
  });
}

test("a narrow page shows the reason of a broken experiment too", async ({ page, serve, folder }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const root = copyDemo(folder, ["flower"]);
  writeExperiment(root, "no_checkpoint", config);
  const server = await serve(root);
  await page.goto(server.address);
  await experiment(page, "no_checkpoint").click();
  await expect(page.getByRole("region", { name: "Law", exact: true }).getByRole("alert")).toContainText("There is no checkpoint");
  await tidy(page);
});
