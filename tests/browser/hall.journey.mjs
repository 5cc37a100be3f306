// A day at the hall: a booking by telephone, the board, arrival, permit, a witnessed start, the end; the tray and the close.
import { beside, fill, formOf, person, PIN, send, signIn, summary, text, turn } from './people.mjs';

export const ways = 'some';

const go = 'main form[method=post] button.main';

async function byTelephone(walker) {
  const { page } = walker;
  await walker.goto('/crematorium');
  const href = await page.locator('table.week a[href*="site=1&day=2026-12-02&band=1"]').first().getAttribute('href');
  walker.ok(href.includes('/booking/take'), 'a free place leads staff to the form for callers');
  const place = Object.fromEntries(new URL(href, 'http://x/').searchParams);
  await walker.goto(formOf(place, 'take'));
  await walker.check('take');
  await fill(page, person({ deceased: '夕野　静', deceased_kana: 'ユウノ　シズカ', implant: 'no', honseki: 'みどり野市1', died_place: '自宅',
    requester_address: 'みどり野市中央台1-2' }));
  await send(page);
  walker.ok(/読み返してから/.test(await beside(page, 'read_back') || await summary(page)), 'without the read-back there is no booking');
  walker.ok(/連絡してきた人/.test(await summary(page)), 'the caller is asked for in the same answer');
  await fill(page, { caller: '緑野　太郎', read_back: '1' });
  await send(page);
  walker.ok(/確認/.test(await page.title()), `the check page is there to be read back (${await summary(page)})`);
  await send(page);
  walker.ok(/完了しました/.test(await page.title()), `booked by telephone (${await summary(page)})`);
  return { id: new URL(page.url()).pathname, band: place.band };
}

async function board(walker) {
  const { page } = walker;
  await walker.goto('/crematorium/day?date=2026-12-02');
  walker.ok(/夕野　静/.test(await text(page)), 'the board shows the booking');
  walker.ok(/許可証を受け取っていません/.test(await page.locator('section.warn:not([hidden])').innerText()), 'what is missing comes first');
  await walker.check('board');
}

async function act(walker, booking, name, values = {}) {
  const { page } = walker;
  await walker.goto(`${booking.id}`);
  const link = page.locator(`main .row a[href$="/${name}"]`);
  if (await link.count()) await turn(page, () => link.click());
  else await send(page, `main form[action$="/${name}"] button`);
  if (await page.locator(go).count()) {
    await fill(page, values);
    await send(page, go);
  }
  return summary(page);
}

async function cremation(walker, city, booking) {
  const { page } = walker;
  const early = await act(walker, booking, 'arrive');
  walker.ok(/時刻のずれ/.test(early) || !early, `arrival outside its time asks for a check (${early})`);
  const [h, m] = booking.band.split(':').map(Number);
  await city.setTime(`2026-12-02 ${String(h - (m < 10 ? 1 : 0)).padStart(2, '0')}:${String((m + 50) % 60).padStart(2, '0')}:00`);
  walker.ok((await act(walker, booking, 'arrive')) === '', 'arrived');
  walker.ok(/到着/.test(await page.locator('.state').first().innerText()), 'the state says so');
  await walker.goto(`${booking.id}/start`);
  await walker.check('start');
  const start = { furnace_no: '8', witness: 'halla04', witness_pin: PIN };
  walker.ok(/許可証を受け取っていない/.test(await act(walker, booking, 'start', start)), 'no start without the permit');
  walker.ok((await act(walker, booking, 'receive_permit', { permit_place: 'みどり野市', permit_no: '2026-00321', permit_date: 'R8.12.1' })) === '', 'permit received');
  const pin = await act(walker, booking, 'start', { ...start, witness_pin: '000000' });
  walker.ok(/暗証番号がちがいます/.test(pin), `a wrong PIN is refused (${pin})`);
  walker.ok((await page.locator('[name=witness_pin]').inputValue()) === '', 'and never written back');
  const self = await act(walker, booking, 'start', { ...start, witness: 'halla02' });
  walker.ok(/別の人/.test(self), `nobody is their own witness (${self})`);
  await walker.check('start-refused');
  const started = await act(walker, booking, 'start', start);
  walker.ok(started === '' && /火葬中/.test(await page.locator('.state').first().innerText()), `started with a witness (${started})`);
  await act(walker, booking, 'finish');
  walker.ok((await act(walker, booking, 'collect', { portions: '1' })) === '', 'collected');
  const closed = await act(walker, booking, 'close', { returned_to: '緑野　太郎' });
  walker.ok(closed === '' && /完了/.test(await page.locator('.state').first().innerText()), `closed (${closed})`);
}

async function tray(walker) {
  const { page } = walker;
  await walker.goto('/crematorium/tray');
  await turn(page, () => page.locator('main a.main').click());
  await fill(page, { channel: 'fax', handler: 'あおぞら葬祭 柳田', deceased: '夕野　静' });
  await walker.check('sheet');
  await send(page);
  walker.ok(/完了しました/.test(await page.title()), `a sheet is received (${await summary(page)})`);
  const sheet = { id: new URL(page.url()).pathname };
  const close = async () => {
    await walker.goto('/crematorium/day_close/close');
    await send(page);
    if (await page.locator('button[value=do]').count()) await send(page);
    return summary(page);
  };
  walker.ok(/未処理の連絡表が/.test(await close()), 'the day does not close while a sheet is open');
  await walker.check('close-refused');
  walker.ok((await act(walker, sheet, 'carry_over', { owner: '清水谷', carry_reason: '返事を待つ', cabinet: '保管庫1番' })) === '', 'carried over');
  for (let i = 0; i < 12; i += 1) {
    await walker.goto('/crematorium/tray');
    if (i === 0) await walker.check('tray');
    const next = page.locator('tbody a[href$="/process"]').first();
    if (!(await next.count())) break;
    await turn(page, () => next.click());
    await fill(page, { answer: '電話で確かめました', place: '事務室 書庫2' });
    await send(page);
  }
  const closed = await close();
  walker.ok(closed === '' && /完了しました/.test(await page.title()), `then the day closes (${closed})`);
}

export default async (walker, city) => {
  await signIn(walker, 'halla02');
  const booking = await byTelephone(walker);
  await board(walker);
  await cremation(walker, city, booking);
  await tray(walker);
};
