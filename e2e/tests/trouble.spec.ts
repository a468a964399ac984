// What the page says when something is wrong, and that it goes on.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { experiment, fingerprint, live, step, tidy } from "./page.ts";
import { copyDemo, expect, test, writeExperiment } from "./product.ts";

test("an empty folder says what to do", async ({ page, serve, folder }) => {
  mkdirSync(join(folder, "experiments"));
  mkdirSync(join(folder, "training_checkpoints"));
  const server = await serve(folder);
  await page.goto(server.address);
  const list = page.getByRole("region", { name: "Experiments" });
  await expect(list).toContainText("No experiments here yet");
  await expect(list).toContainText("--root");

  // It is filled while the page is open.
  copyDemo(folder, ["flower"]);
  await list.getByRole("button", { name: "Read the folder again" }).click();
  await expect(experiment(page, "Flower")).toBeVisible();
});

test("a folder that is not there is told from an empty one", async ({ page, serve, folder }) => {
  const server = await serve(join(folder, "nowhere"));
  await page.goto(server.address);
  const list = page.getByRole("region", { name: "Experiments" });
  await expect(list).toContainText("The folder of experiments cannot be read");
  await list.getByText("Details", { exact: true }).click();
  await expect(list).toContainText("nowhere");
  await tidy(page);
});

test("broken experiments are listed with their reason", async ({ page, serve, folder }) => {
  const root = copyDemo(folder, ["flower"]);
  const config = (architecture: string) =>
    JSON.stringify({ MODEL_ARCHITECTURE: architecture, MODEL_PARAMS: { d_state: 4, hidden_channels: 8 } });
  writeExperiment(root, "no_json", "{ not json", ["checkpoint_ep1.pth"]);
  writeExperiment(root, "no_checkpoint", config("UNET"));
  writeExperiment(root, "strange", config("TRANSFORMER"), ["checkpoint_ep1.pth"]);
  writeExperiment(root, "damaged", config("UNET"), ["checkpoint_ep1.pth"]);
  const server = await serve(root);
  await page.goto(server.address);
  await expect(experiment(page, "no_json")).toContainText("config.json is no JSON: in line 1, column 3 there should be a key in double quotes");
  await expect(experiment(page, "no_checkpoint")).toContainText("There is no checkpoint");
  await expect(experiment(page, "strange")).toContainText("The architecture is unknown");

  await experiment(page, "strange").click();
  await expect(page.getByRole("region", { name: "Law", exact: true }).getByRole("alert")).toContainText("MODEL_ARCHITECTURE");

  // This one is found out when it is opened; and the next one opens all the same.
  await experiment(page, "damaged").click();
  const failure = page.getByRole("main").getByRole("alert");
  await expect(failure).toContainText("checkpoint_ep1.pth is no checkpoint: it is a text");
  await failure.getByText("Details", { exact: true }).click();
  await expect(failure).toContainText("checkpoint_ep1.pth");
  await tidy(page);
  await experiment(page, "Flower").click();
  await live(page);
});

test("a dead engine is told, and the world goes on", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await expect.poll(() => step(page)).toBeGreaterThan(0);

  expect(server.killEngines()).toBeGreaterThan(0);
  await expect(page.getByText("The engine has stopped and was started again").first()).toBeVisible({ timeout: 60_000 });
  await live(page);
  const before = await fingerprint(page);
  await expect.poll(() => fingerprint(page), { message: "the picture moves again" }).not.toBe(before);

  await page.getByRole("button", { name: "Notices", exact: true }).click();
  const notices = page.getByRole("dialog", { name: "Notices" });
  await expect(notices).toContainText("The engine process was killed by SIGKILL");
  await notices.getByText("Details", { exact: true }).first().click();
  await expect(notices.getByRole("button", { name: "Copy the details" }).first()).toBeVisible();
  await tidy(page);
});

test("a server that vanishes is told, and looked for again", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await server.stop("SIGKILL");
  await expect(page.getByRole("status", { name: "Connection" })).toHaveText("server away");
});

test("a server that is ended closes the session, and the page says so", async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.address);
  await experiment(page, "Flower").click();
  await live(page);
  await server.stop();
  await expect(page.getByRole("main")).toContainText("The session is closed");
  await page.getByRole("button", { name: "Open anew" }).first().click();
  await expect(page.getByRole("main")).toContainText("The server does not answer");
});

test("a browser without WebGL2 is told so", async ({ page, serve }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  const server = await serve();
  await page.goto(server.address);
  await expect(page.getByRole("main")).toContainText("This browser cannot draw the world");
  await expect(experiment(page, "Flower")).toBeVisible();
});
