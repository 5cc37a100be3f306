// Anyone, without an account: what is free, what is closed and why, the rules, three languages, and what is not there.
import { text, turn } from './people.mjs';

async function availability(walker) {
  const { page } = walker;
  await walker.goto('/');
  await walker.check('start');
  await turn(page, () => page.locator('main a[href="/crematorium"]').click());
  await walker.check('week');
  const week = page.locator('table.week').first();
  const closed = week.locator('td[colspan]').first();
  walker.ok((await closed.innerText()).includes('休み（友引）'), 'a closed day says why');
  walker.ok(/電話で/.test(await week.innerText()), 'after the web has closed, the day is taken by telephone');
  walker.ok((await page.locator('a[href^="tel:"]').count()) === 2, 'each site has its telephone');
  const free = week.locator('a.button').first();
  walker.ok(/月\d+日.*\d+:\d+.*(空きあり|残りわずか).*予約する/s.test(await free.textContent()), 'a free place is named in words');
  const before = await page.locator('table.week time').first().getAttribute('datetime');
  await turn(page, () => page.locator('a[rel=next]').click());
  const after = await page.locator('table.week time').first().getAttribute('datetime');
  walker.ok(after > before, 'the next week comes');
  await turn(page, () => page.locator('a[rel=prev]').click());
  walker.ok((await page.locator('table.week time').first().getAttribute('datetime')) === before, 'and the week before again');
  await turn(page, () => page.getByRole('link', { name: '市外の方' }).click());
  walker.ok(/市内のみ/.test(await text(page)), 'places for residents only say so');
}

/** On a phone a row is a list: no heads, each place with its time. */
async function phoneList(walker) {
  const { page } = walker;
  await walker.goto('/crematorium');
  const at = await page.locator('table.week a.button .at').first().isVisible();
  walker.ok(at === walker.width < 768, `the time stands in the button just where heads do not show (${walker.width} px)`);
  const split = await page.evaluate(() => [...document.querySelectorAll('table.week .at, table.week thead th')]
    .filter((e) => e.checkVisibility() && e.getClientRects().length > 1).length);
  walker.ok(split === 0, 'no time breaks over two lines');
}

async function rules(walker) {
  const { page } = walker;
  await walker.goto('/');
  walker.ok((await page.locator('main a:visible').count()) <= 4, 'the start page shows what people come for, no tables of rules');
  await turn(page, () => page.getByRole('link', { name: '決まりと料金' }).click());
  await walker.check('rules');
  await turn(page, () => page.locator('main').getByRole('link', { name: '使用料', exact: true }).click());
  walker.ok(/30,000/.test(await text(page)), 'fees are public');
  await walker.check('fees');
}

async function languages(walker) {
  const { page } = walker;
  await walker.goto('/crematorium?lang=en');
  walker.ok(/Book|free/i.test(await text(page)) && (await page.locator('html').getAttribute('lang')) === 'en', 'English');
  await walker.check('week-en');
  await walker.goto('/crematorium/rules');
  walker.ok(/fees/i.test(await page.locator('h1').innerText()), 'the choice is kept');
  await walker.goto('/?lang=ja-easy');
  walker.ok((await page.locator('ruby').count()) > 0, 'やさしい日本語 has its readings');
  await walker.check('start-easy');
  await walker.goto('/?lang=ja');
}

async function errors(walker) {
  const { page } = walker;
  const gone = await walker.goto('/crematorium/nothing-here');
  walker.ok(gone.status() === 404 && /お探しの画面はありません/.test(await page.title()), '404');
  await walker.check('404');
  await walker.goto('/crematorium/booking');
  walker.ok(page.url().includes('/sign-in?next='), 'a page for people with an account leads to the sign-in page');
  await walker.check('sign-in');
  await walker.goto('/crematorium?from=%3Cscript%3Ealert(1)%3C/script%3E&residence=%22');
  walker.ok(/空き状況/.test(await page.title()), 'nonsense in the address is no error');
  walker.ok((await walker.goto('/crematorium?from=%00')).status() === 400, 'and what no text can hold is refused as such');
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  walker.ok(stored === '[{},{}]', 'nothing is stored in the browser');
}

/** Rooms of a week, a month at a glance. */
async function otherTables(walker) {
  for (const name of ['rooms', 'months']) {
    await walker.goto(`/crematorium/${name}`);
    walker.ok(/友引/.test(await text(walker.page)) && !/undefined/.test(await text(walker.page)), `${name} says why a day is closed`);
    await walker.check(name);
  }
}

export default async (walker) => {
  await availability(walker);
  await otherTables(walker);
  await phoneList(walker);
  await rules(walker);
  await languages(walker);
  await errors(walker);
};
