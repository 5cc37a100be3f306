// people.mjs - what people do in more than one journey.
export const PASSWORD = 'midori-no-madoguchi-8'; // src/kernel/demo.h
export const PIN = '482915';

/** Do what leads to another page, and wait until that page stands: a click alone may end before the answer has come. */
export async function turn(page, action) {
  const turned = page.waitForEvent('framenavigated', { predicate: (frame) => frame === page.mainFrame(), timeout: 20000 }).catch(() => {});
  await action();
  await turned;
  await page.waitForLoadState();
}

/** Sign in as one of the demo's accounts; ends on the page that `next` names. */
export async function signIn(walker, login, next = '/', password = PASSWORD) {
  const { page } = walker;
  await walker.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', password);
  await turn(page, () => page.click('main button[type=submit]'));
}

export async function signOut(walker) {
  await turn(walker.page, () => walker.page.click('header form[action="/sign-out"] button'));
}

/** Put words into the form's fields, whatever kind they are, all at once (typing itself: keyboard.journey.mjs). */
export async function fill(page, values) {
  const missing = await page.evaluate((wanted) => {
    const bad = [];
    for (const [name, value] of Object.entries(wanted)) {
      const all = [...document.querySelectorAll(`main [name="${name}"]:not([type=hidden])`)];
      const box = all.find((e) => e.type === 'radio' && e.value === value);
      const field = box ?? all[0];
      if (!field?.checkVisibility() || field.disabled || (field.type === 'radio' && !box)) bad.push(`${name}=${value}`);
      else if (box) box.checked = true;
      else field.value = value;
      if (field?.tagName === 'SELECT' && field.value !== value) bad.push(`${name}=${value}`);
      field?.dispatchEvent(new Event('input', { bubbles: true }));
    }
    return bad;
  }, values);
  if (missing.length) throw new Error(`no such field or choice: ${missing.join(', ')}`);
}

/** Everything that stands in the form, as name → value. */
export function typed(page) {
  return page.evaluate(() => Object.fromEntries([...new FormData(document.querySelector('main form[method=post]'))]
    .filter(([name]) => !name.startsWith('_'))));
}

/** Press the form's first button and wait for the page that comes; a city that was too busy says "once more". */
export async function send(page, button = 'main form[method=post] button.main') {
  for (let i = 0; i < 4; i += 1) {
    await turn(page, () => page.locator(button).first().click());
    if (!/時間がかかりすぎた|混み合っています/.test(await summary(page))) return;
    await page.waitForTimeout(1600); // longer than the module's guard against a double press
  }
}

/** The sentence beside a field, or ''. */
export async function beside(page, name) {
  const wrong = page.locator(`#f-${name}-error`);
  return (await wrong.count()) ? wrong.innerText() : '';
}

export async function summary(page) {
  const box = page.locator('.error-summary');
  return (await box.count()) ? box.innerText() : '';
}

export const title = (page) => page.title();
export const text = (page) => page.locator('main').innerText();

let people = 0;

/** A deceased person and those who ask for the cremation; each call another one. */
export function person(more = {}) {
  people += 1;
  const n = ['イチ', 'ニ', 'サン', 'シ', 'ゴ', 'ロク', 'シチ', 'ハチ', 'ク', 'ジュウ'];
  const kana = `${n[people % 10]}${n[Math.floor(people / 10) % 10]}`;
  return { deceased: '緑野　花子', deceased_kana: `ミドリノ　ハナコ${kana}`, sex: 'female', born: '昭和15年4月2日', died_on: 'R8.12.1',
    died_at: '9時半', address: 'みどり野市中央台1-2', requester: '緑野　太郎', relation: '長男', requester_phone: '０９９０－０３－０００１', ...more };
}

/** The free places of the public table that fit: [{ site, day, band }]. */
export async function freePlaces(walker, { site = 1, from = '2026-12-09', bands = ['11:00', '11:30', '12:00', '12:30'] } = {}) {
  await walker.goto(`/crematorium?from=${from}`);
  const links = await walker.page.locator('table.week a[href*="/booking/"]').evaluateAll((list) => list.map((a) => a.getAttribute('href')));
  const places = links.map((href) => Object.fromEntries(new URL(href, 'http://x/').searchParams));
  return places.filter((p) => Number(p.site) === site && bands.includes(p.band));
}

/** The first of them. */
export const freePlace = async (walker, wish) => (await freePlaces(walker, wish))[0];

export const formOf = (place, act = 'reserve') =>
  `/crematorium/booking/${act}?site=${place.site}&day=${place.day}&band=${place.band}&residence=in`;

/** Wait until the page's title says so; true if it does in time. */
export async function titled(page, pattern) {
  for (let i = 0; i < 100; i += 1) {
    if (pattern.test(await page.title().catch(() => ''))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
