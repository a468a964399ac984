// Nothing that axe can find wrong, targets that a finger meets, and windows from a phone's to a wall's.
import { AxeBuilder } from "@axe-core/playwright";
import { type Page } from "@playwright/test";

import { canvas, experiment, live, pause, point, tidy } from "./page.ts";
import { copyDemo, expect, test, writeExperiment } from "./product.ts";

/** That axe finds nothing, in either theme. */
async function sound(page: Page, where: string): Promise<void> {
  for (const theme of ["dark", "light"]) {
    await page.evaluate((theme) => document.documentElement.setAttribute("data-theme", theme), theme);
    // Colours that are on their way are neither's.
    await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => undefined))));
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
    expect(found, `${where}, ${theme}`).toEqual([]);
  }
}

/** Shows a sheet of the narrow page; the wide one shows all of it anyway. */
async function sheet(page: Page, place: number): Promise<void> {
  const tabs = page.getByRole("navigation").getByRole("button");
  if ((await tabs.count()) > 0) await tabs.nth(place).click();
}

for (const [locale, says] of [
  ["en-GB", { flower: "Flower", settings: "Open with other settings", diagnose: "Diagnose", help: "Help", notices: "Notices", wave: "Wave" }],
  ["es-AR", { flower: "Flor", settings: "Abrir con otros ajustes", diagnose: "Diagnosticar", help: "Ayuda", notices: "Avisos", wave: "Onda" }],
] as const) {
  for (const [shape, viewport] of [
    ["wide", { width: 1440, height: 900 }],
    ["narrow", { width: 390, height: 844 }],
  ] as const) {
    test.describe(`${locale}, ${shape}`, () => {
      test.use({ locale, viewport });
      test.setTimeout(240_000);

      test("axe finds nothing", async ({ page, serve, folder }) => {
        const root = copyDemo(folder, ["flower", "waves"]);
        const config = JSON.stringify({ MODEL_ARCHITECTURE: "UNET", MODEL_PARAMS: { d_state: 4, hidden_channels: 8 } });
        writeExperiment(root, "damaged", config, ["checkpoint_ep1.pth"]);
        writeExperiment(root, "no_checkpoint", config);
        const server = await serve(root);
        await page.goto(server.address);
        await expect(experiment(page, says.flower)).toBeVisible();
        await sound(page, "home");

        await experiment(page, says.flower).click();
        await live(page);
        await pause(page);
        await sound(page, "a living world");
        await page.keyboard.press("t");
        await page.getByRole("radio", { name: says.wave, exact: true }).click();
        await sound(page, "tools");
        await page.keyboard.press("Escape");
        await sheet(page, 2);
        await page.getByText(says.settings).click();
        await sound(page, "the form");
        for (const [button, where] of [
          [says.diagnose, "the diagnosis"],
          [says.notices, "notices"],
          [says.help, "the help"],
        ] as const) {
          await page.getByRole("button", { name: button, exact: true }).click();
          await expect(page.getByRole("dialog")).toBeVisible();
          await sound(page, where);
          await page.keyboard.press("Escape");
        }
        await sheet(page, 3);
        await sound(page, "the evolution");

        await sheet(page, 0);
        await experiment(page, "damaged").click();
        await expect(page.getByRole("main").getByRole("alert")).toBeVisible({ timeout: 60_000 });
        await sound(page, "a failure");
      });
    });
  }
}

/** What can be pressed and is smaller than a finger. */
async function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pressed = "button, a[href], select, input, summary, [role=slider]";
    const shown = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && element.closest("[inert]") === null;
    return [...document.querySelectorAll(pressed)]
      .filter((element) => shown(element) && !element.matches(".skip"))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
      .map(({ element, box }) => `${element.outerHTML.slice(0, 90)}: ${box.width.toFixed(0)} x ${box.height.toFixed(0)}`);
  });
}

for (const [shape, viewport] of [
  ["upright", { width: 390, height: 844 }],
  ["on its side", { width: 844, height: 390 }],
] as const) {
  test.describe(`a phone ${shape}`, () => {
    test.use({ viewport, hasTouch: true, isMobile: true });

    test("everything is as large as a finger, and the world has most of the screen", async ({ page, serve }) => {
      const server = await serve();
      await page.goto(server.address);
      expect(await page.evaluate(() => matchMedia("(pointer: coarse)").matches)).toBe(true);
      const flower = experiment(page, "Flower");
      await expect(flower).toBeVisible();
      expect(await small(page)).toEqual([]);
      await tidy(page);

      await flower.tap();
      await live(page);
      expect(await small(page)).toEqual([]);
      await tidy(page);
      const box = await canvas(page).boundingBox();
      const share = ((box?.width ?? 0) * (box?.height ?? 0)) / (viewport.width * viewport.height);
      expect(share, "the world's share of the screen").toBeGreaterThan(0.6);

      // Tools and their settings stay on the screen, and leave room to use them.
      await page.getByRole("radiogroup", { name: "Tools" }).getByRole("radio", { name: "Wave" }).tap();
      await expect(page.getByRole("region", { name: "Tool settings" })).toBeVisible();
      expect(await small(page)).toEqual([]);
      await tidy(page);
      for (const radio of await page.getByRole("radiogroup", { name: "Tools" }).getByRole("radio").all()) {
        const at = await radio.boundingBox();
        expect((at?.y ?? -1) >= 0 && (at?.y ?? 0) + (at?.height ?? 0) <= viewport.height).toBe(true);
      }
      await page.getByRole("radio", { name: "Look" }).tap();
      const middle = await point(page, 0, 40);
      await page.touchscreen.tap(middle.x, middle.y);

      for (const tab of ["Experiments", "Law", "Evolution", "World"]) {
        await page.getByRole("navigation").getByRole("button", { name: tab }).tap();
        if (tab === "Law") await page.getByText("Open with other settings").tap();
        expect(await small(page), tab).toEqual([]);
        await tidy(page);
      }

      // A word explains itself at a touch.
      await page.getByRole("navigation").getByRole("button", { name: "Law" }).tap();
      await page.getByRole("button", { name: "Checkpoint", exact: true }).tap();
      await expect(page.getByRole("tooltip")).toContainText("A file that training saves");

      await page.getByRole("button", { name: "Help" }).tap();
      const help = page.getByRole("dialog", { name: "Help" });
      for (const gesture of ["One finger", "Two fingers", "Pinch", "Double tap"]) await expect(help).toContainText(gesture);
      expect(await small(page)).toEqual([]);
      await tidy(page);
    });
  });
}

test.describe("a wall of pixels", () => {
  test.use({ viewport: { width: 3840, height: 2160 } });

  test("texts grow with it, and the world has most of it", async ({ page, serve }) => {
    const server = await serve();
    await page.goto(server.address);
    await expect(experiment(page, "Flower")).toBeVisible();
    await tidy(page);
    await experiment(page, "Flower").click();
    await live(page);
    await tidy(page);
    const heights = await page.evaluate(() => {
      const shown = [...document.querySelectorAll(".exp .name, .seg button, .stat small, .pill, dt, .head h2")];
      return shown.map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return range.getBoundingClientRect().height;
      });
    });
    expect(Math.min(...heights), "the lowest line of text, in pixels").toBeGreaterThan(16);
    const box = await canvas(page).boundingBox();
    expect(((box?.width ?? 0) * (box?.height ?? 0)) / (3840 * 2160)).toBeGreaterThan(0.65);
    // What is pressed is where it is seen: the world is not scaled with its frame.
    expect(await canvas(page).evaluate((element) => (element as HTMLCanvasElement).width)).toBe(Math.round(box?.width ?? 0));
  });
});
