// The whole booking with the keyboard alone: stops to the first free place, presses besides typing.
import { signIn, summary, titled } from './people.mjs';

const focused = (page) => page.evaluate(() => {
  const e = document.activeElement;
  return { name: e.name ?? '', tag: e.tagName, type: e.type ?? '', href: e.getAttribute('href') ?? '', seen: e.getBoundingClientRect().height > 0 };
});

export default async (walker) => {
  const { page } = walker;
  let presses = 0;
  const press = async (key) => {
    presses += 1;
    await page.keyboard.press(key);
  };
  const tabTo = async (found, most = 60) => {
    for (let i = 0; i < most; i += 1) {
      await press('Tab');
      const at = await focused(page);
      walker.ok(at.seen || at.tag === 'BODY', `the focus is visible (${at.tag} ${at.name}${at.href})`);
      if (found(at)) return true;
    }
    return false;
  };
  await signIn(walker, 'firm001');
  await walker.goto('/crematorium?from=2026-12-11');
  await press('Tab');
  await press('Enter'); // the skip link
  await tabTo((at) => at.href.includes('/booking/'), 12);
  walker.ok(presses <= 12 && (await focused(page)).href.includes('/booking/'), `${presses} stops to the first free place, at most 12`);
  await walker.goto('/crematorium/booking/reserve?site=1&day=2026-12-11&band=11%3A30&residence=in');
  presses = 0;
  await press('Tab');
  await press('Enter');
  const words = { deceased: '緑野　月子', deceased_kana: 'みどりの　つきこ', born: 'S15.4.2', died_on: 'R8.12.1', address: 'みどり野市1-2',
    requester: '緑野　太郎', relation: '長男', requester_phone: '0990-03-0001' };
  for (const [name, word] of Object.entries(words)) {
    if (name === 'born') {
      await tabTo((at) => at.name === 'sex');
      while (!(await page.locator('[name=sex][value=female]').isChecked())) await press('ArrowDown');
    }
    walker.ok(await tabTo((at) => at.name === name), `Tab reaches ${name}`);
    await page.keyboard.insertText(word);
  }
  await press('Enter');
  walker.ok(await titled(page, /確認/), `Enter in a field leads to the check page (${await summary(page)})`);
  await press('Tab');
  await press('Enter');
  const button = async () => (await focused(page)).tag === 'BUTTON' && page.evaluate(() => document.activeElement.value === 'do');
  for (let i = 0; i < 20 && !(await button()); i += 1) await press('Tab');
  await press('Enter');
  walker.ok(await titled(page, /完了しました/), 'booked without a mouse');
  walker.ok(presses <= 40, `${presses} key presses besides typing, at most 40`);
};
