// Where the benchmarks of the page put what they have measured.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Prints figures and, where `make bench` wants them, adds them to its file. */
export function keep(figures: Readonly<Record<string, number>>): void {
  console.log(figures);
  const file = process.env.ATHERIA_BENCH;
  if (file === undefined) return;
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, number>) : {};
  writeFileSync(file, JSON.stringify({ ...before, ...figures }));
}
