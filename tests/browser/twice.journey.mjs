// Reload, a dropped answer, a second tab: whatever people press again, the act is done once.
import { fill, send, signIn, text } from './people.mjs';

export const ways = 'some';

const waiting = async (walker) => {
  await walker.goto('/crematorium/tray');
  return walker.page.locator('tbody tr', { hasText: '二度押しの業者' }).count();
};

/** The server gets the form, the answer is lost on the way; the page stays as it was. */
async function dropAnswer(page, where) {
  await page.route((url) => url.pathname.endsWith(where), async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await route.fetch({ maxRedirects: 0 });
    return route.abort('aborted');
  }, { times: 1 });
}

export default async (walker) => {
  const { page } = walker;
  await signIn(walker, 'halla02', '/crematorium/contact_sheet/receive');
  await fill(page, { channel: 'fax', handler: '二度押しの業者' });
  await dropAnswer(page, '/contact_sheet/receive');
  await page.locator('main button.main').click();
  await page.waitForTimeout(1600); // longer than the module's guard against a double press
  await send(page);
  walker.ok(/完了しました/.test(await page.title()), 'after a dropped answer the same button answers as if nothing had happened');
  const first = page.url();
  walker.ok((await waiting(walker)) === 1, 'pressed again, the act is done once');
  await walker.goto(new URL(first).pathname + new URL(first).search);
  walker.ok(/\?done=receive$/.test(first), 'an act ends on an address of its own');
  await page.reload();
  walker.ok(page.url() === first && /完了しました/.test(await page.title()), 'reload shows the same page');
  await walker.goto('/crematorium/contact_sheet/receive');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await fill(page, { channel: 'fax', handler: 'この窓の業者' });
  await fill(other, { channel: 'fax', handler: 'ほかの窓の業者' });
  await send(other);
  await send(page);
  walker.ok(/この窓の業者/.test(await text(page)) && /ほかの窓の業者/.test(await other.locator('main').innerText()), 'two tabs do two acts, each its own');
  const [one] = await page.locator('a[href$="/process"]').all();
  await one.click();
  const form = page.url();
  await other.goto(form);
  for (const tab of [other, page]) {
    await fill(tab, { answer: '電話で確かめました', place: '事務室' });
    await send(tab);
  }
  walker.ok(/処理済み|別の人が変更しました|できません/.test(await text(page)), 'the second tab is told that the record has moved on');
  await walker.check('moved-on');
};
