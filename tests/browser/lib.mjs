// lib.mjs - the browser, and a walker that collects what a journey sees.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { checkAxe, checkMarkup, checkReflow, checkTargets } from './checks.mjs';
import { root } from './server.mjs';

export { startServer, freePort } from './server.mjs';

const pictures = path.join(root, 'build-test/pictures');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/** The system's Chromium, headless, with an empty profile of its own that ends with it. */
export function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
}

/** Answer only the origin of the city; name everything else and let nothing of it out. */
async function fence(context, origin, foreign) {
  await context.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.origin === origin || url.protocol === 'data:' || url.protocol === 'blob:') return route.continue();
    foreign.push(url.href);
    return route.abort('blockedbyclient');
  });
}

/** What a page says besides tokens and the time: pages that say the same are judged once. */
const gist = (html) => html.replace(/(name="_(?:token|key|kept|rev)" value=")[^"]*/g, '$1').replace(/<time\b[\s\S]*?<\/time>/g, '')
  .replace(/<script\b[\s\S]*?<\/script>/gi, '').replace(/<(\/?)noscript\b/gi, '<$1div').replace(/\/booking\/\d+/g, '/booking/0').replace(/\s+/g, ' ');
const judged = new Map(); // "axe 320 " + gist → sentences

async function once(key, judge) {
  if (!judged.has(key)) judged.set(key, judge());
  return judged.get(key);
}

/**
 * One person at one browser.  origin: the server's URL; js: scripts on?; width in px; name: for pictures.
 *   page                 the playwright page
 *   goto(path)           open a page of the city
 *   check(name, opts)    everything a page must pass: markup as sent, axe, reflow, targets, no foreign request, no
 *                        script error; writes a picture.  opts.allow: list of RegExp for faults that are meant.
 *   ok(truth, sentence)  an assertion of the journey
 *   another()            a second person, with a browser of their own
 *   passed, failed       counts; faults: sentences
 */
export class Walker {
  passed = 0;
  failed = 0;
  faults = [];
  foreign = [];
  errors = [];
  others = [];
  documents = new Map(); // URL → the markup that the server sent last

  static async open(browser, { origin, js, width, name }) {
    const w = new Walker();
    Object.assign(w, { browser, origin, js, width, name });
    w.context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, locale: 'ja-JP',
      timezoneId: 'Asia/Tokyo' });
    await fence(w.context, origin, w.foreign);
    w.page = await w.context.newPage();
    w.page.setDefaultTimeout(30_000);
    w.page.on('pageerror', (e) => w.errors.push(`script: ${e.message}`));
    w.page.on('console', (m) => m.type() === 'error' && !w.isAnswer(m) && w.errors.push(`console: ${m.text()}`));
    w.page.on('response', (r) => w.keep(r));
    return w;
  }

  /** The browser complains of every page with a status of 4xx or 503; a refusal is an answer. */
  isAnswer(message) {
    return /with a status of (4\d\d|503)/.test(message.text()) && this.documents.has(message.location().url);
  }

  keep(response) {
    const request = response.request();
    if (!request.isNavigationRequest() || request.frame() !== this.page.mainFrame()) return;
    if (!(response.headers()['content-type'] ?? '').startsWith('text/html')) return;
    this.documents.set(response.url(), response.text().catch(() => ''));
  }

  goto(where) {
    return this.page.goto(new URL(where, this.origin).href);
  }

  ok(truth, sentence) {
    if (truth) this.passed += 1;
    else this.fail(sentence);
    return Boolean(truth);
  }

  fail(sentence) {
    this.failed += 1;
    this.faults.push(sentence);
    if (this.hasty) throw new Error('the first fault is enough');
  }

  /** axe needs scripts; without them the page as it stands is shown to a second, scripted context. */
  async axe() {
    if (this.js) return checkAxe(this.page);
    const url = this.page.url();
    const body = (await this.page.content()).replace(/<script\b[\s\S]*?<\/script>/gi, '').replace(/<(\/?)noscript\b/gi, '<$1div');
    this.mirrored = body;
    const page = (this.mirror ??= await this.openMirror());
    await page.goto(url);
    return checkAxe(page);
  }

  async openMirror() {
    this.mirrorContext = await this.browser.newContext({ viewport: { width: this.width, height: 900 }, locale: 'ja-JP' });
    await fence(this.mirrorContext, this.origin, []);
    await this.mirrorContext.route('**/*', (route) => (route.request().isNavigationRequest()
      ? route.fulfill({ body: this.mirrored, contentType: 'text/html; charset=utf-8' }) : route.fallback()));
    return this.mirrorContext.newPage();
  }

  async picture(name) {
    await mkdir(pictures, { recursive: true });
    const file = `${this.name}-${name}-${this.js ? 'on' : 'off'}-${this.width}.png`;
    await this.page.screenshot({ path: path.join(pictures, file), fullPage: true, caret: 'initial' });
  }

  /** The sentences of every check on the page that stands now. */
  async look() {
    const sent = await this.documents.get(this.page.url().replace(/#.*/, ''));
    return [
      ...(sent ? await once(`markup ${gist(sent)}`, () => checkMarkup(sent)) : ['markup: the page was not sent by the server']),
      ...(await once(`axe ${this.width} ${gist(await this.page.content())}`, () => this.axe())),
      ...(await checkReflow(this.page)),
      ...(await checkTargets(this.page)),
      ...this.foreign.splice(0).map((url) => `foreign request: ${url}`),
      ...this.errors.splice(0),
    ];
  }

  async check(name, { allow = [] } = {}) {
    await this.page.waitForLoadState('load');
    const faults = (await this.look()).filter((fault) => !allow.some((pattern) => pattern.test(fault)));
    if (faults.length === 0) this.passed += 1;
    else this.fail(`${name}: ${faults.join('\n    ')}`);
    await this.picture(name);
  }

  /** A second person at a browser of their own; ends with this one. */
  async another() {
    const other = await Walker.open(this.browser, { origin: this.origin, js: this.js, width: this.width, name: `${this.name}-other` });
    other.ok = (...said) => this.ok(...said);
    this.others.push(other);
    return other;
  }

  async close() {
    for (const other of this.others) await other.close();
    await this.mirrorContext?.close();
    await this.context.close();
  }
}
