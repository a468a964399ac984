// That the page says the true reason, with its figures and names, in the user's language: of broken experiments, of worlds
// that cannot be, of a diagnosis, of an address. And that nothing English is left on the Spanish page.
import { copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Page } from "@playwright/test";

import { experiment, live, tidy } from "./page.ts";
import { copyDemo, expect, test, writeExperiment } from "./product.ts";

const config = (more: object = {}) =>
  JSON.stringify({ MODEL_ARCHITECTURE: "DEEP_QCA", MODEL_PARAMS: { d_state: 4, hidden_channels: 8 }, ...more });

/** A file of that many bytes, of which none are on the disk. */
function large(path: string, bytes: number): void {
  writeFileSync(path, "");
  truncateSync(path, bytes);
}

/** Beside a sound experiment, one of each that is broken in its own way. */
function broken(folder: string): string {
  const root = copyDemo(folder, ["flower"]);
  const inside = (name: string, file: string) => join(root, "experiments", name, file);
  const checkpoint = (name: string, file: string) => join(root, "training_checkpoints", name, file);
  const one = ["checkpoint_ep1.pth"];

  writeExperiment(root, "empty_folder", undefined);
  writeExperiment(root, "no_config", undefined, one);
  writeFileSync(inside("no_config", "notes.txt"), "trained on a Monday");
  writeExperiment(root, "no_json", '{\n  "MODEL_ARCHITECTURE": oops}', one);
  writeExperiment(root, "cut_off", '{"MODEL_ARCHITECTURE": "UNET"', one);
  writeExperiment(root, "large_config", "", one);
  large(inside("large_config", "config.json"), (64 << 20) + 1);
  writeExperiment(root, "wrong_value", config({ MODEL_PARAMS: { d_state: 65 } }), one);
  writeExperiment(root, "wrong_grid", config(), one);
  writeFileSync(inside("wrong_grid", "atheria.json"), '{"boundary": "torus", "grid": [0, 4]}');
  writeExperiment(root, "broken_shown", config(), one);
  writeFileSync(inside("broken_shown", "atheria.json"), '{\n  "grid": [64, 64],\n  "boundary" "torus"}');
  writeExperiment(root, "strange_law", config({ MODEL_ARCHITECTURE: "TRANSFORMER" }), one);
  writeExperiment(root, "no_checkpoint", config());
  writeExperiment(root, "-begins", config(), one);
  // One that is listed, and found out when it is opened.
  writeExperiment(root, "no_pickle", config(), one);
  writeExperiment(root, "large_checkpoint", config());
  large(checkpoint("large_checkpoint", "checkpoint_ep1.pth"), 3 * 2 ** 30);
  mkdirSync(join(root, "experiments/large_state"));
  writeFileSync(inside("large_state", "config.json"), config());
  writeFileSync(inside("large_state", "atheria.json"), '{"init": "start.npz"}');
  large(inside("large_state", "start.npz"), 5 * 2 ** 30);
  mkdirSync(join(root, "training_checkpoints/large_state"));
  copyFileSync(checkpoint("flower", "checkpoint_ep1199.pth"), checkpoint("large_state", "checkpoint_ep1.pth"));
  // The law of another size than its weights.
  mkdirSync(join(root, "experiments/other_size"));
  writeFileSync(inside("other_size", "config.json"), config({ MODEL_PARAMS: { d_state: 3, hidden_channels: 5 } }));
  mkdirSync(join(root, "training_checkpoints/other_size"));
  copyFileSync(checkpoint("flower", "checkpoint_ep1199.pth"), checkpoint("other_size", "checkpoint_ep1.pth"));
  // A name that is no longer than a file system's, and longer than a checkpoint's may be.
  writeExperiment(root, "long_name", config());
  renameSync(checkpoint("no_pickle", "checkpoint_ep1.pth"), checkpoint("long_name", `checkpoint_${"x".repeat(200)}.pth`));
  writeFileSync(checkpoint("no_pickle", "checkpoint_ep1.pth"), "no checkpoint");
  return root;
}

type Said = Record<"en" | "es", RegExp>;

/** What the list and the card say of each that cannot be opened. */
const listed: Record<string, Said> = {
  empty_folder: {
    en: /The experiment's folder is empty: experiments\/empty_folder/,
    es: /La carpeta del experimento está vacía: experiments\/empty_folder/,
  },
  no_config: { en: /There is no config\.json in experiments\/no_config/, es: /No hay config\.json en experiments\/no_config/ },
  no_json: {
    en: /config\.json is no JSON: in line 2, column 25 there should be a value/,
    es: /config\.json no es JSON: en la línea 2, columna 25 debería haber un valor/,
  },
  cut_off: {
    en: /config\.json is cut off: it ends where there should be a comma or }/,
    es: /config\.json está cortado: termina donde debería haber una coma o }/,
  },
  large_config: {
    en: /config\.json is too large: it has 67,108,865\sbytes, and up to 67,108,864\sbytes are read/,
    es: /config\.json es demasiado grande: tiene 67\s108\s865\sbytes, y se leen hasta 67\s108\s864\sbytes/,
  },
  wrong_value: {
    en: /config\.json has MODEL_PARAMS\.d_state = 65, which cannot be used/,
    es: /config\.json tiene MODEL_PARAMS\.d_state = 65, que no sirve/,
  },
  wrong_grid: { en: /atheria\.json has grid = \[0,4\], which cannot be used/, es: /atheria\.json tiene grid = \[0,4\], que no sirve/ },
  broken_shown: {
    en: /atheria\.json is no JSON: in line 3, column 14 there should be a colon/,
    es: /atheria\.json no es JSON: en la línea 3, columna 14 debería haber dos puntos/,
  },
  strange_law: { en: /The architecture is unknown: TRANSFORMER/, es: /La arquitectura es desconocida: TRANSFORMER/ },
  no_checkpoint: {
    en: /There is no checkpoint in training_checkpoints\/no_checkpoint/,
    es: /No hay punto de control en training_checkpoints\/no_checkpoint/,
  },
  "-begins": { en: /The name “-begins” cannot be used: it begins with '-'/, es: /El nombre «-begins» no sirve: empieza con '-'/ },
  long_name: {
    en: /There is no checkpoint in training_checkpoints\/long_name; files that are none: 1/,
    es: /No hay punto de control en training_checkpoints\/long_name; archivos que no lo son: 1/,
  },
};

/** What the failure card says of each that is found out when it is opened. */
const opened: Record<string, Said> = {
  no_pickle: {
    en: /checkpoint_ep1\.pth is no checkpoint: it is a text|The latest checkpoint cannot be used: checkpoint_ep1\.pth: it is a text/,
    es: /checkpoint_ep1\.pth no es un punto de control: es un texto|No se puede usar el último punto de control: checkpoint_ep1\.pth: es un texto/,
  },
  large_checkpoint: {
    en: /checkpoint_ep1\.pth.* is too large: it has 3\.2\sGB, and up to 2\.1\sGB are read/,
    es: /checkpoint_ep1\.pth.* es demasiado grande: tiene 3,2\sGB, y se leen hasta 2,1\sGB/,
  },
  large_state: {
    en: /start\.npz is too large: it has 5\.4\sGB, and up to 4\.3\sGB are read/,
    es: /start\.npz es demasiado grande: tiene 5,4\sGB, y se leen hasta 4,3\sGB/,
  },
  other_size: {
    en: /does not fit the law DEEP_QCA: its weights are (of d_state|those of)/,
    es: /no encaja con la ley DEEP_QCA: sus pesos son (de d_state|los de)/,
  },
};

/** What it says of worlds that cannot be. */
const worlds: Record<string, Said> = {
  "grid=65536&init=random": {
    en: /Too many cells: 65,536 × 65,536 are 4,294,967,296, and where every cell is kept there may be 16,777,216/,
    es: /Demasiadas celdas: 65\s536 × 65\s536 son 4\s294\s967\s296, y donde se guarda cada celda puede haber 16\s777\s216/,
  },
  "grid=64&init=blob:65": {
    en: /A blob of 65 × 65 cells does not fit into a world of 64 × 64/,
    es: /Una mancha de 65 × 65 celdas no cabe en un mundo de 64 × 64/,
  },
};

/** Text of the page that is English and does not say so: visible, in a hint, or for a screen reader. */
async function english(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const telltale = /(^|[^\p{L}\d_.-])(the|is|of|cannot|and|with|it|not|are|was|which|that|this)(?=$|[^\p{L}\d_.-])/iu;
    const found: string[] = [];
    const look = (text: string | null, at: Element) => {
      const lang = at.closest("[lang]")?.getAttribute("lang");
      if (text !== null && lang === "es" && telltale.test(text)) found.push(text.trim());
    };
    for (const element of document.body.querySelectorAll("*")) {
      for (const name of ["title", "aria-label", "placeholder", "alt"]) look(element.getAttribute(name), element);
      if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(element.tagName)) continue;
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) look(node.textContent, element);
    }
    return found;
  });
}

const words = {
  en: { locale: "en-GB", flower: "Flower", law: "Law", details: "Details", technical: "Technical words (English)", address: "The address says something that cannot be read" },
  es: { locale: "es-AR", flower: "Flor", law: "Ley", details: "Detalles", technical: "Palabras técnicas (inglés)", address: "La dirección dice algo que no se puede leer" },
} as const;

for (const lang of ["en", "es"] as const) {
  const says = words[lang];
  test.describe(lang, () => {
    test.use({ locale: says.locale });

    test("each broken experiment has its own reason, in the list and in its card", async ({ page, serve, folder }) => {
      test.setTimeout(180_000);
      const server = await serve(broken(folder));
      await page.goto(server.address);
      const card = page.getByRole("region", { name: says.law, exact: true }).getByRole("alert");
      for (const [name, said] of Object.entries(listed)) {
        const entry = experiment(page, name);
        await expect(entry).toContainText(said[lang]);
        await entry.click();
        await expect(card).toContainText(said[lang]);
        if (lang === "es") expect(await english(page)).toEqual([]);
      }
      await tidy(page);
      // The program's own words are there, and say that they are English.
      await card.getByText(says.details, { exact: true }).click();
      await expect(card).toContainText(says.technical);
      await expect(card.locator("pre[lang=en]")).toBeVisible();
      if (lang === "es") expect(await english(page)).toEqual([]);
    });

    test("what is found out when it is opened has its own reason too", async ({ page, serve, folder }) => {
      test.setTimeout(240_000);
      const server = await serve(broken(folder));
      await page.goto(server.address);
      const failure = page.getByRole("main").getByRole("alert");
      for (const [name, said] of Object.entries(opened)) {
        await experiment(page, name).click();
        await expect(failure).toContainText(said[lang], { timeout: 60_000 });
        await failure.getByText(says.details, { exact: true }).click();
        if (lang === "es") expect(await english(page)).toEqual([]);
      }
      await tidy(page);
      for (const [settings, said] of Object.entries(worlds)) {
        await page.goto(`${server.address}?experiment=flower&${settings}`);
        await expect(failure).toContainText(said[lang], { timeout: 60_000 });
        if (lang === "es") expect(await english(page)).toEqual([]);
      }
    });

    test("settings of an address that cannot be read are told", async ({ page, serve, folder }) => {
      const server = await serve(copyDemo(folder, ["flower"]));
      await page.goto(`${server.address}?experiment=flower&grid=big&seed=-1`);
      const notice = page.getByRole("status").filter({ hasText: says.address });
      await expect(notice).toContainText("big");
      await expect(notice).toContainText("grid=");
      await expect(notice).toContainText("-1");
      await live(page);
      if (lang === "es") expect(await english(page)).toEqual([]);

      await page.goto(`${server.address}?experiment=${"x".repeat(300)}`);
      await expect(notice).toContainText("experiment=");
    });
  });
}

test.describe("es", () => {
  test.use({ locale: "es-AR" });

  test("a diagnosis is Spanish in Spanish, of a sound experiment and of a broken one", async ({ page, serve, folder }) => {
    test.setTimeout(300_000);
    const server = await serve(broken(folder));
    await page.goto(server.address);
    for (const name of ["Flor", "other_size", "wrong_value"]) {
      await experiment(page, name).click();
      await page.getByRole("button", { name: "Diagnosticar", exact: true }).click();
      const sheet = page.getByRole("dialog", { name: "Diagnóstico" });
      await expect(sheet.getByRole("button", { name: "Repetir" })).toBeEnabled({ timeout: 180_000 });
      await expect(sheet.getByRole("listitem")).toHaveCount(7);
      await expect(sheet.locator(".finding")).toHaveCount(7);
      expect(await english(page)).toEqual([]);
      await tidy(page);
      await page.keyboard.press("Escape");
      await expect(sheet).toBeHidden();
    }
  });
});
