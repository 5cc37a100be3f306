// A whole day of the demo city, from the first call to the close, as docs/a-day.md tells it.
// With PICTURES=1 each step's picture is written to docs/pictures/a-day/ (tests/browser/a-day.sh).
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fill, formOf, PIN, send, signIn, signOut, summary, text, turn } from './people.mjs';
import { root } from './server.mjs';

export const ways = 'some';

const folder = path.join(root, 'docs/pictures/a-day');
const go = 'main form[method=post] button.main';
const person = { deceased: '夕野　静', deceased_kana: 'ユウノ　シズカ', sex: 'female', born: '昭和15年4月2日', died_on: 'R8.12.1', died_at: '9時半',
  died_place: 'みどり野市立病院', honseki: 'みどり野市東山3', address: 'みどり野市中央台1-2', requester: '夕野　一', relation: '長男',
  requester_phone: '0990-03-0001', requester_address: 'みどり野市中央台1-2', implant: 'no', message: '車いすの方がいます' };

/** The picture of a step: small, from the top of the page or from the thing that matters. */
async function picture(walker, name, at = 'main') {
  if (!process.env.PICTURES || !walker.js) return;
  await mkdir(folder, { recursive: true });
  await walker.page.setViewportSize({ width: 720, height: 520 });
  await walker.page.locator(at).first().evaluate((e) => e.scrollIntoView({ block: 'start' }));
  await walker.page.screenshot({ path: path.join(folder, `${name}.png`), caret: 'initial' });
  await walker.page.setViewportSize({ width: walker.width, height: 900 });
}

/** Open an act of a record, fill and send it until it is done; what was refused, or ''. */
async function act(walker, record, name, values = {}, shown) {
  const { page } = walker;
  await walker.goto(record);
  const link = page.locator(`main .row a[href$="/${name}"]`);
  if (await link.count()) await turn(page, () => link.click());
  else await send(page, `main form[action$="/${name}"] button`);
  if (await page.locator(go).count()) {
    await fill(page, values);
    if (shown) await picture(walker, shown);
    await send(page, go);
    if (await page.locator('button[value=do]').count()) await send(page);
  }
  return summary(page);
}

async function made(walker, where, values, what) {
  const { page } = walker;
  await walker.goto(where);
  await fill(page, values);
  await send(page);
  if (await page.locator('button[value=do]').count()) await send(page);
  walker.ok(/完了しました/.test(await page.title()), `${what} (${await summary(page)})`);
  return new URL(page.url()).pathname;
}

async function firstCall(walker) {
  const { page } = walker;
  await walker.goto('/crematorium');
  await picture(walker, '01-free');
  await walker.goto('/crematorium/earliest?died_on=R8.12.1&died_at=9%3A30&farewell=1&room=1');
  walker.ok((await page.locator('main ol li').count()) === 5, 'the five earliest sets are listed');
  await walker.check('earliest');
  await picture(walker, '02-earliest');
  await signIn(walker, 'halla02', '/crematorium');
  const href = await page.locator('table.week a[href*="site=1&day=2026-12-02&band=1"]').first().getAttribute('href');
  const place = Object.fromEntries(new URL(href, 'http://x/').searchParams);
  await walker.goto(formOf(place, 'take'));
  await fill(page, { ...person, caller: '夕野　一', read_back: '1', waiting_room: 'japanese' });
  await picture(walker, '03-call', '[name=deceased]');
  await send(page);
  walker.ok(/確認/.test(await page.title()), `the check page is read back (${await summary(page)})`);
  await picture(walker, '04-read-back');
  await send(page);
  walker.ok(/完了しました/.test(await page.title()), `booked by telephone (${await summary(page)})`);
  await picture(walker, '05-receipt');
  return { record: new URL(page.url()).pathname, band: place.band };
}

async function sheets(walker) {
  const sheet = await made(walker, '/crematorium/contact_sheet/receive', { channel: 'fax', handler: 'あおぞら葬祭 柳田', deceased: '夕野　静' }, 'a sheet came by FAX');
  await walker.goto('/crematorium/tray');
  await picture(walker, '06-tray');
  return sheet;
}

async function board(walker, name) {
  await walker.goto('/crematorium/day');
  walker.ok(/夕野　静/.test(await text(walker.page)), 'the board shows the booking');
  await walker.check(name);
  await picture(walker, name, 'main section.scroll');
}

async function mourners(walker, booking) {
  const { page } = walker;
  const link = await made(walker, '/crematorium/link/visit', { booking: booking.record.match(/\d+$/)[0] }, 'an address for the mourners');
  await walker.goto(link);
  const address = (await text(page)).match(/\/crematorium\/visit\?key=[0-9a-f]{32}/)[0];
  await walker.goto(address);
  walker.ok(/火葬中/.test(await text(page)) && !/夕野/.test(await text(page)), 'they read the progress, and no name');
  await picture(walker, '12-mourners');
}

async function cremation(walker, city, booking) {
  const { page } = walker;
  const [h, m] = booking.band.split(':').map(Number);
  const at = (minutes) => `2026-12-02 ${String(Math.floor((h * 60 + m + minutes) / 60)).padStart(2, '0')}:${String((m + minutes + 60) % 60).padStart(2, '0')}:00`;
  walker.ok((await act(walker, booking.record, 'read_message')) === '', 'the message is read');
  walker.ok((await act(walker, booking.record, 'receive_permit', { permit_place: 'みどり野市', permit_no: '2026-00321', permit_date: 'R8.12.1' }, '08-permit')) === '', 'permit received');
  await city.setTime(at(-10));
  walker.ok((await act(walker, booking.record, 'arrive')) === '', 'arrived');
  await picture(walker, '09-arrived');
  await city.setTime(at(5));
  const number = (await text(page)).match(/1\d{8}/)?.[0];
  walker.ok((await act(walker, booking.record, 'start', { furnace_no: '8', coffin_label: number, witness: 'halla04', witness_pin: PIN }, '10-start')) === '', 'started with a witness');
  await board(walker, '11-board-cremating');
  await mourners(walker, booking);
  await city.setTime(at(75));
  await act(walker, booking.record, 'finish');
  await city.setTime(at(95));
  walker.ok((await act(walker, booking.record, 'collect', { portions: '1' })) === '', 'collected');
  await picture(walker, '13-collected');
}

async function papers(walker, booking) {
  const { page } = walker;
  const id = booking.record.match(/\d+$/)[0];
  const slip = await made(walker, '/crematorium/payment/issue', { booking: id }, 'a payment slip');
  walker.ok((await act(walker, slip, 'pay', { method: 'cash' })) === '', 'paid');
  await picture(walker, '14-paid');
  walker.ok((await act(walker, booking.record, 'close', { returned_to: '夕野　一' }, '15-permit-returned')) === '', 'closed, the permit given back');
  await walker.goto('/crematorium/ledger');
  await turn(page, () => page.locator('tbody a').first().click());
  await picture(walker, '16-book');
  const line = new URL(page.url()).pathname.match(/\d+$/)[0];
  await made(walker, '/crematorium/certificate/issue_division', { ledger: line, portion: '1', requester: '夕野　一', requester_address: 'みどり野市中央台1-2', relation: '長男' }, 'a certificate of the divided bones');
  await picture(walker, '17-certificate');
}

async function close(walker, sheet, name) {
  const { page } = walker;
  await walker.goto('/crematorium/day_close/close');
  await send(page);
  if (await page.locator('button[value=do]').count()) await send(page);
  await picture(walker, name);
  return summary(page);
}

async function evening(walker, city, sheet) {
  const { page } = walker;
  await city.setTime('2026-12-02 17:15:00');
  await signIn(walker, 'halla02', '/crematorium/tray');
  walker.ok(/未処理の連絡表が/.test(await close(walker, sheet, '18-refused')), 'the day does not close while a sheet is open');
  for (let i = 0; i < 12; i += 1) {
    await walker.goto('/crematorium/tray');
    const next = page.locator('tbody a[href$="/process"]').first();
    if (!(await next.count())) break;
    await turn(page, () => next.click());
    await fill(page, { answer: '予約を確かめ、電話で返事をした', place: '事務室 書庫2' });
    if (i === 0) await picture(walker, '19-sheet');
    await send(page);
  }
  const open = await close(walker, sheet, '20-closed');
  walker.ok(open === '' && /完了しました/.test(await page.title()), `then the day closes (${open})`);
}

export default async (walker, city) => {
  const booking = await firstCall(walker);
  const sheet = await sheets(walker);
  await board(walker, '07-board');
  await cremation(walker, city, booking);
  await papers(walker, booking);
  await signOut(walker);
  await evening(walker, city, sheet);
};
