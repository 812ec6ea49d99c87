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
  return ["/", "/cases", "/cases?text=nothing-has-this-word", oneCase, "/worklist", "/counts", counted, "/cases/NO-SUCH-CASE", "/cases/ACT-2016-003?role=project_officer",
    "/worklist?role=project_officer", "/counts/cases?wait=received_to_approved&theme=LM", "/problems/not-found"];
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
  for (const row of await page.locator(".wide tbody tr").all()) {
    const [received, , approved, , , , , , , conversion] = await row.locator("td").allInnerTexts();
    assert.equal(conversion, `${((Number(approved) / Number(received)) * 100).toFixed(1)} %`);
  }
  const number = page.locator("td.number a").first();
  const shown = Number(await number.innerText());
  await number.click();
  assert.equal(await page.locator("tbody tr").count(), shown, "a number leads to as many cases");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

// All cases of a list, by the links to its next page, each once.
async function readThrough(page) {
  const seen = [];
  for (;;) {
    seen.push(...(await page.locator("tbody a").allInnerTexts()));
    const next = page.locator("a[rel=next]");
    if ((await next.count()) === 0) break;
    await next.click();
  }
  assert.equal(new Set(seen).size, seen.length);
  return seen;
}

const countOf = async (page) => parseInt(await textOf(page, "caption"), 10);

test("pages: the list goes on to its end, each case once", async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.show("/cases");
  const seen = await readThrough(page);
  await page.show("/");
  assert.equal(seen.length, Number(await textOf(page, ".facts dd")));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("pages: what was chosen stays chosen on the next page, is said, and is counted right", async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.show("/cases");
  await page.selectOption("#state", "closed");
  await page.click("button");
  assert.match(await textOf(page, "caption"), /^\d+ cases with state closed$/);
  const closed = await countOf(page);
  assert.ok(closed > 50 - 10 && closed < 83, `${closed} are closed`);
  assert.equal((await readThrough(page)).length, closed);
  assert.equal(await page.inputValue("#state"), "closed");
  await page.selectOption("#theme", "IMT");
  await page.click("button");
  const both = await countOf(page);
  assert.ok(both > 0 && both < closed);
  assert.deepEqual([...new Set(await page.locator("tbody td:nth-child(3)").allInnerTexts())], ["closed"]);
  await page.fill("#text", "nothing has this");
  await page.click("button");
  assert.match(await textOf(page, "main"), /No case with state closed, words "nothing has this", theme IMT\./);
  await page.click("text=Show all cases");
  assert.equal(await countOf(page), 83);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("pages: the worklist of a role is what its number says, and part of everybody's", async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.show("/worklist");
  const all = await readThrough(page);
  await page.show("/worklist");
  const suspended = page.locator("tbody tr", { has: page.locator("td", { hasText: /^suspended$/ }) });
  assert.equal(await suspended.first().locator("[data-label=next]").innerText(), "Action resumed", "a way out waits for nobody");
  for (const option of (await page.locator("#role option").allInnerTexts()).slice(1)) {
    await page.selectOption("#role", { label: option });
    await page.click("button");
    const [, role, number] = option.match(/^(.+) \((\d+)\)$/);
    assert.ok((await textOf(page, "caption")).includes(`for the role of ${role},`));
    const theirs = await readThrough(page);
    assert.equal(theirs.length, Number(number), option);
    assert.ok(theirs.every((one) => all.includes(one)), option);
  }
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

// In the dark only colours are other ones.
for (const [colorScheme, runOnly] of [["light", { type: "tag", values: rules }], ["dark", { type: "rule", values: ["color-contrast"] }]])
  test(`pages: nothing that the rules of accessible pages forbid, ${colorScheme}`, async () => {
    const page = await open({ colorScheme });
    for (const path of pages) {
      await page.show(path);
      await page.evaluate(axe.source);
      const result = await page.evaluate((only) => window.axe.run(document, { runOnly: only }), runOnly);
      assert.ok(result.passes.length >= (colorScheme === "light" ? 10 : 1), "the rules were tried");
      assert.deepEqual(result.violations.map((found) => `${path}: ${found.id}: ${found.help}: ${found.nodes[0].html}`), []);
      await picture(page, path, colorScheme);
    }
    await page.context().close();
  });

const valuesWithoutWord = () => [...document.querySelectorAll("td.number, td.time")]
  .filter((cell) => cell.textContent && !cell.closest(".wide, .columns") && getComputedStyle(cell, "::before").content === "none").map((cell) => cell.textContent);

for (const colorScheme of ["light", "dark"])
  test(`pages: a telephone shows all of a page by scrolling down, ${colorScheme}`, async () => {
    const page = await open({ viewport: telephone, colorScheme });
    for (const path of pages) {
      await page.show(path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= telephone.width, `${path} is ${width} wide`);
      assert.deepEqual(await page.evaluate(valuesWithoutWord), [], `${path}: the heads of columns are not seen, and values do not say what they are`);
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

// What would be hard to read on white, stand in two pieces, or lie beyond the edge.
function faultsOnPaper() {
  const light = (colour) => { const [r, g, b] = colour.match(/[\d.]+/g).map(Number); return 0.2126 * r + 0.7152 * g + 0.0722 * b > 110; };
  const inTwo = (text, word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.data.trim() && walker.currentNode.parentElement.getClientRects().length) texts.push(walker.currentNode);
  const words = texts.filter((text) => !text.parentElement.matches(".no")).flatMap((text) => [...text.data.matchAll(/(?<![\p{N}\p{L}])\p{L}+(?![\p{N}\p{L}])/gu)].filter((word) => inTwo(text, word)));
  return [...texts.filter((text) => light(getComputedStyle(text.parentElement).color)).map((text) => `light: ${text.data}`), ...words.map((word) => `in two: ${word[0]}`),
    ...texts.filter((text) => text.parentElement.getBoundingClientRect().right > innerWidth + 1).map((text) => `beyond the edge: ${text.data}`)];
}

test("pages: paper is black on white from a dark screen too, breaks no word, and says what was chosen", async () => {
  const said = {
    "/cases?state=closed&theme=IMT": [/cases with state closed, theme IMT/, /Reference/],
    "/cases/ACT-2016-003?role=project_officer": [/in the role of project officer/, /2016-07-01 16:03/, /refused by distinct_persons/, /fc7b3d00fa75b4bde8c2ce9e37f6fb1571d710f6b85c9452cdb9d0fc433b85d7/, /State after/],
    "/worklist?role=project_officer": [/for the role of project officer/, /Waits since/],
    "/counts?by=region&from=2015-01-01&to=2020-12-31": [/From 2015-01-01, to 2020-12-31/, /approved to launched/, /What the numbers are/],
    "/counts/cases?measure=refused&theme=IMT": [/refused/, /IMT/, /as of position/],
  };
  const page = await open({ viewport: paper, colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const [path, words] of Object.entries(said)) {
    await page.show(path);
    const text = (await textOf(page, "main")).replaceAll(/\s+/g, " ");
    for (const word of words) assert.match(text, word, path);
    assert.deepEqual(await page.evaluate(faultsOnPaper), [], path);
    assert.equal(await page.locator("a[rel=next]:visible").count(), 0, path);
    await picture(page, path, "paper-from-dark");
  }
  assert.deepEqual(page.faults, []);
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
  const reached = [];
  for (let i = 0; i < wanted; i++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => {
      const at = document.activeElement;
      const outline = getComputedStyle(at);
      return outline.outlineStyle !== "none" && parseFloat(outline.outlineWidth) >= 2 ? [...document.querySelectorAll("main :is(a, input, select, button)")].indexOf(at) : -1;
    }));
  }
  assert.deepEqual(reached, [...Array(wanted).keys()], "in the order in which it stands on the page");
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
    assert.ok(await page.evaluate(() => [...document.querySelectorAll(".wide")].every((part) => part.scrollWidth <= part.clientWidth)), `${path}: on a wide screen nothing has to be scrolled sideways`);
  }
  assert.deepEqual(page.faults.filter((fault) => !fault.includes("404")), []);
  await page.context().close();
});
