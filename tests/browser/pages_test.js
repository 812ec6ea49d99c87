// pages_test.js ACTA: the pages in a real browser, as a member of staff, somebody without a mouse and somebody at a telephone use them.
// ACTA_SCREENSHOTS=DIR keeps a picture of each page in each of its forms.
"use strict";
const assert = require("node:assert");
const { mkdirSync } = require("node:fs");
const { join } = require("node:path");
const { after, before, test } = require("node:test");
const axe = require("axe-core");
const { chromium } = require("playwright-core");
const { startServer } = require("./acta_server.js");

const acta = process.argv[2];
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const screen = { width: 1280, height: 900 }, telephone = { width: 360, height: 740 }, paper = { width: 718, height: 1046 };   // A4 within margins of 1 cm
let server, browser, pages;

before(async () => {
  server = await startServer(acta);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  pages = await allPages();
});

after(async () => {
  if (browser) await browser.close();
  if (server) await server.stop();
});

// A page that notes what it must not do: fail to load something, complain, or ask another host.
async function open(options = {}) {
  const context = await browser.newContext({ viewport: screen, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.faults.push(message.text()));
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("requestfailed", (request) => page.faults.push(`failed: ${request.url()}`));
  page.on("request", (request) => request.url().startsWith(server.origin) || page.faults.push(`another host: ${request.url()}`));
  page.show = (path) => page.goto(server.origin + path, { waitUntil: "load" });
  return page;
}

// A case with a long history, an empty list and a problem are pages too.
async function allPages() {
  const page = await open();
  await page.show("/counts");
  const counted = await page.locator("td.number a").first().getAttribute("href");
  await page.show("/cases");
  const oneCase = await page.locator("tbody a").first().getAttribute("href");
  await page.context().close();
  return ["/", "/cases", "/cases?text=nothing-has-this-word", oneCase, "/worklist", "/counts", counted, "/cases/NO-SUCH-CASE"];
}

const nameOf = (path) => path.replace(/[^a-z]+/gi, "-").replace(/^-|-$/g, "").slice(0, 30) || "start";

async function picture(page, path, form) {
  const folder = process.env.ACTA_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${nameOf(path)}-${form}.png`), fullPage: true });
}

const textOf = (page, selector) => page.locator(selector).first().innerText();

test("pages: a member of staff finds a case, what it waits for and how it counts, without script", async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.show("/");
  await page.click("nav >> text=Cases");
  await page.fill("#text", "medellin");
  await page.click("button");
  const found = await page.locator("tbody tr").count();
  assert.ok(found > 0, "words are found");
  await page.fill("#text", "MEDELLÍN");
  await page.click("button");
  assert.equal(await page.locator("tbody tr").count(), found, "accents and capitals make no difference");
  assert.equal(await page.inputValue("#text"), "MEDELLÍN", "what was asked for stays to be seen");
  const reference = await textOf(page, "tbody a");
  await page.click("tbody a");
  assert.equal(await textOf(page, "h1 .reference"), reference);
  assert.ok((await page.locator("table").last().locator("tbody tr").count()) > 1, "it has a history");
  await page.selectOption("#role", { index: 1 });
  await page.click("button");
  assert.ok(page.url().includes("role="), page.url());
  assert.equal(await textOf(page, "h1 .reference"), reference);
  await page.click("nav >> text=Worklist");
  assert.ok((await page.locator("tbody tr").count()) > 0, "something waits");
  await page.click("nav >> text=Counts");
  const number = page.locator("td.number a").first();
  const shown = Number(await number.innerText());
  await number.click();
  assert.equal(await page.locator("tbody tr").count(), shown, "a number leads to as many cases");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("pages: the list goes on to its end, each case once", async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.show("/cases");
  const seen = [];
  for (;;) {
    seen.push(...(await page.locator("tbody a").allInnerTexts()));
    const next = page.locator("a[rel=next]");
    if ((await next.count()) === 0) break;
    await next.click();
  }
  assert.equal(new Set(seen).size, seen.length);
  await page.show("/");
  assert.equal(seen.length, Number(await textOf(page, ".facts dd")));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

// In the dark only colours are other ones, and three pages have them all.
for (const [colorScheme, runOnly] of [["light", { type: "tag", values: rules }], ["dark", { type: "rule", values: ["color-contrast"] }]])
  test(`pages: nothing that the rules of accessible pages forbid, ${colorScheme}`, async () => {
    const page = await open({ colorScheme });
    for (const path of colorScheme === "light" ? pages : [pages[0], pages[3], pages[7]]) {
      await page.show(path);
      await page.evaluate(axe.source);
      const result = await page.evaluate((only) => window.axe.run(document, { runOnly: only }), runOnly);
      assert.ok(result.passes.length >= (colorScheme === "light" ? 10 : 1), "the rules were tried");
      assert.deepEqual(result.violations.map((found) => `${path}: ${found.id}: ${found.help}: ${found.nodes[0].html}`), []);
      await picture(page, path, colorScheme);
    }
    await page.context().close();
  });

for (const colorScheme of ["light", "dark"])
  test(`pages: a telephone shows all of a page by scrolling down, ${colorScheme}`, async () => {
    const page = await open({ viewport: telephone, colorScheme });
    for (const path of pages) {
      await page.show(path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= telephone.width, `${path} is ${width} wide`);
      await picture(page, path, `telephone-${colorScheme}`);
    }
    await page.context().close();
  });

test("pages: paper shows what the screen says, without what can only be clicked", async () => {
  const page = await open({ viewport: paper });
  for (const path of pages) {
    await page.show(path);
    const content = await page.locator("main tbody th").allInnerTexts();
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await page.locator("main tbody th").allInnerTexts(), content, path);
    for (const clutter of ["nav", "form", "footer"])
      for (const one of await page.locator(clutter).all()) assert.equal(await one.isVisible(), false, `${path}: ${clutter}`);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), "rgb(255, 255, 255)");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= paper.width, `${path} is wider than the paper`);
    await picture(page, path, "print");
    await page.emulateMedia({ media: "screen" });
  }
  await page.context().close();
});

test("pages: the keyboard comes everywhere, and shows where it is", async () => {
  const page = await open();
  await page.show("/cases");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  assert.ok((await page.evaluate(() => document.activeElement.getBoundingClientRect().left)) >= 0, "the way past the navigation is seen when it is reached");
  await page.keyboard.press("Enter");
  assert.ok(page.url().endsWith("#content"));
  const wanted = await page.locator("main :is(a, input, select, button)").count();
  const reached = new Set();
  for (let i = 0; i < wanted; i++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => {
      const at = document.activeElement;
      const outline = getComputedStyle(at);
      return outline.outlineStyle !== "none" && parseFloat(outline.outlineWidth) >= 2 ? [...document.querySelectorAll("main :is(a, input, select, button)")].indexOf(at) : -1;
    }));
  }
  assert.deepEqual([...reached].sort((a, b) => a - b), [...Array(wanted).keys()]);
  await page.context().close();
});

test("pages: nothing runs, nothing comes from elsewhere, nobody may frame them", async () => {
  const page = await open();
  for (const path of pages) {
    const answer = await page.show(path);
    const policy = answer.headers()["content-security-policy"];
    assert.ok(policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'"), `${path}: ${policy}`);
    assert.equal(await page.locator("script, [style], [onclick]").count(), 0);
    assert.ok((await page.title()).endsWith("Acta"));
    assert.equal(await page.locator("h1").count(), 1);
  }
  assert.deepEqual(page.faults.filter((fault) => !fault.includes("404")), []);
  await page.context().close();
});
