// A real Chromium, and pages of it that write down whatever a page of the gate must not do: dialogs, messages on the
// console, requests to anybody else. Loopback only; the browser's own traffic is off.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { source as axeSource, type AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
/** Ignored by git, and kept for whoever wants to look. */
const SCREENSHOTS: string = fileURLToPath(new URL('../../../.e2e/screenshots/', import.meta.url));
const DEADLINE_MS = 15_000;

/** Starts Chromium. @throws {Error} where there is none: nothing is skipped. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing; scripts/set-up-e2e.sh installs it`);
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: DEADLINE_MS });
}

/** A page, and what it did besides showing itself. */
export interface WatchedPage {
  readonly page: Page;
  /** Dialogs, console messages, errors and requests to other addresses than `url`; empty when all is well. */
  readonly misdeeds: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens `url` in a browser of its own settings. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(DEADLINE_MS);
  const page = await context.newPage();
  const misdeeds: string[] = [];
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => misdeeds.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:'))
      misdeeds.push(`request: ${request.url()}`);
  });
  const answer = await page.goto(url);
  if (answer?.status() !== 200) throw new Error(`the page answers ${String(answer?.status())}`);
  return { page, misdeeds, close: () => context.close() };
}

/** What axe finds wrong with a page, each with where it is. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Keeps a picture of the whole page; its path. */
export async function takeScreenshot(page: Page, name: string): Promise<string> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
