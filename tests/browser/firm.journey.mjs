// A funeral firm: furnace, hall, wake, waiting room, mortuary and hearse in one request; receipt, list, change, cancel, PDF.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beside, fill, formOf, freePlaces, person, send, signIn, summary, text, turn, typed } from './people.mjs';

const receipt = (page) => page.locator('.number-large').innerText();

async function pdfText(walker, href) {
  const cookie = (await walker.context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const answer = await walker.page.request.get(new URL(href, walker.origin).href, { headers: { cookie } });
  const dir = await mkdtemp(path.join(tmpdir(), 'madoguchi-pdf-'));
  try {
    await writeFile(path.join(dir, 'paper.pdf'), await answer.body());
    return execFileSync('pdftotext', ['-layout', path.join(dir, 'paper.pdf'), '-'], { encoding: 'utf8' });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** All that is missing is said at once, beside its field, and what was typed stays. */
async function missing(walker, place) {
  const { page } = walker;
  await walker.goto(formOf(place));
  walker.ok(/あおぞら葬祭/.test(await page.locator('header').innerText()), 'the firm is named, not asked for');
  await walker.check('form');
  await fill(page, { deceased: '緑野　花子', died_on: '8.12.1', requester_phone: '０２７０ー２４ー５１１１' });
  await page.check('[name=hearse][value=standard]');
  const before = await typed(page);
  await send(page);
  const said = await summary(page);
  for (const label of ['死亡者の氏名（カナ）', '性別', '生年月日', '死亡者の住所', '申請者の氏名', '死亡者との続柄', '霊柩車の迎えの時刻'])
    walker.ok(said.includes(label), `the summary names ${label} in the first answer`);
  walker.ok(/どちらか/.test(await beside(page, 'died_on')), 'a date without its era is answered with both readings');
  walker.ok(JSON.stringify(await typed(page)) === JSON.stringify(before), 'nothing typed is lost');
  walker.ok((await page.title()).startsWith('エラー:'), 'the title begins with エラー');
  const focused = await page.evaluate(() => document.activeElement.className);
  walker.ok(!walker.js || focused === 'error-summary', 'the summary has the focus');
  await walker.check('missing');
  await page.locator('.error-summary a').first().click();
  walker.ok(new URL(page.url()).hash.startsWith('#f-'), 'a line of the summary leads to its field');
}

const earlier = (band, minutes) => {
  const at = Number(band.slice(0, 2)) * 60 + Number(band.slice(3)) - minutes;
  return `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
};

/** Everything at once.  The table shows furnaces; where hall, wake or hearse are taken the next place is tried, at most six. */
async function bookAll(walker, places) {
  const { page } = walker;
  let place;
  for (place of places.slice(0, 6)) {
    await walker.goto(formOf(place));
    walker.ok((await page.locator('[name=farewell] option').count()) > 5, 'starts of the farewell are offered');
    await fill(page, person({ deceased: '緑󠄁野　花子', farewell: earlier(place.band, 60), wake: '18:00', waiting_room: 'japanese', hearse: 'standard',
      mortuary_from: `令和8年12月${Number(place.day.slice(8)) - 1}日 午後2時`, hearse_at: earlier(place.band, 30), hearse_place: 'みどり野市立病院' }));
    await send(page);
    if (!/空いていません|埋まりました/.test(await summary(page))) break;
  }
  walker.ok(/予約する: 確認/.test(await page.title()), `the check page stands before the booking (${await summary(page)})`);
  walker.ok(/ミドリノ/.test(await text(page)) && /昭和15年4月2日/.test(await text(page)), 'it shows the normal form');
  const plate = await page.locator('img.sheet').evaluate((image) => image.decode().then(() => image.naturalWidth, () => 0));
  walker.ok(plate === 640, `the door plate is seen before booking (${plate} pixels wide)`);
  await walker.check('check');
  await turn(page, () => page.locator('button[value=edit]').nth(1).click());
  walker.ok((await typed(page)).died_at === '9時半', 'going back shows what was typed');
  await send(page);
  await send(page);
  const number = await receipt(page);
  walker.ok(/^1\d{8}$/.test(number), `the receipt number is large (${number})`);
  walker.ok(/までに、火葬許可証/.test(await text(page)), 'what happens next is said');
  await walker.check('receipt');
  return { number, url: page.url(), place };
}

async function notTwice(walker, booked) {
  const { page } = walker;
  await page.reload();
  walker.ok((await receipt(page)) === booked.number, 'reload shows the same receipt');
  await page.goBack();
  const again = page.locator('main form[method=post] button[value=do]');
  if (await again.count()) await turn(page, () => again.click());
  await page.waitForLoadState();
  await walker.goto('/crematorium/booking?q=' + encodeURIComponent('ミドリノ'));
  walker.ok((await page.locator('tbody tr').count()) === 1, 'back and again books nothing twice');
  await walker.check('list');
}

/** The firm's own list: what is missing, by when, and what may still be done. */
async function own(walker, booked) {
  const { page } = walker;
  await walker.goto('/crematorium/mine');
  walker.ok((await text(page)).includes(booked.number) && /火葬許可証の番号/.test(await text(page)), 'the own list names what is missing');
  await walker.check('mine');
}

async function paper(walker, booked) {
  const { page } = walker;
  await walker.goto(new URL(booked.url).pathname);
  await walker.check('record');
  const href = await page.locator('a[href$=".pdf"]').first().getAttribute('href');
  const words = await pdfText(walker, href);
  walker.ok(words.includes('緑󠄁野') || words.includes('緑野'), 'the application holds the name of the deceased');
  walker.ok(words.includes('緑野　太郎') || /緑野\s+太郎/.test(words), 'and of who asks for it');
  walker.ok(words.includes(booked.number), 'and the receipt number');
}

async function change(walker, booked) {
  const { page } = walker;
  await walker.goto(new URL(booked.url).pathname);
  await turn(page, () => page.getByRole('link', { name: '変更する' }).click());
  await fill(page, { mourners: '２５', waiting_room: 'western' });
  await send(page);
  await send(page);
  walker.ok(/「変更する」が完了しました/.test(await page.title()), `changed (${await summary(page)})`);
  walker.ok(/洋室/.test(await text(page)) && /25/.test(await text(page)), 'the record shows it');
}

async function cancel(walker, city, booked) {
  const { page } = walker;
  await walker.goto(`${new URL(booked.url).pathname}/cancel`);
  await walker.check('cancel');
  await send(page);
  walker.ok(/入力してください|選んでください/.test(await summary(page)), 'a reason is asked for');
  await fill(page, { reason_code: 'family' });
  await send(page);
  await send(page);
  walker.ok(/取消/.test(await page.locator('.state').first().innerText()), 'cancelled inside the cut-off');
}

/** The day before, after the web's last word on cancelling: the same act is refused, with the telephone. */
async function tooLate(walker, city, place) {
  const { page } = walker;
  await walker.goto(formOf(place));
  await fill(page, person({ permit_place: 'みどり野市', permit_no: '2026-00123', permit_date: 'R8.12.2' }));
  await send(page);
  await send(page);
  const at = new URL(page.url()).pathname;
  const before = new Date(`${place.day}T00:00:00Z`);
  before.setUTCDate(before.getUTCDate() - 1);
  await city.setTime(`${before.toISOString().slice(0, 10)} 12:30:00`);
  await signIn(walker, 'firm001', `${at}/cancel`);
  await fill(page, { reason_code: 'family' });
  await send(page);
  walker.ok(/締め切りました/.test(await summary(page)) && /0990/.test(await summary(page)), `after the cut-off the telephone is named (${await summary(page)})`);
}

export default async (walker, city) => {
  await signIn(walker, 'firm001');
  const places = await freePlaces(walker, { from: '2026-12-09', bands: ['10:00', '10:30', '12:00', '14:00'] });
  await missing(walker, places[0]);
  const booked = await bookAll(walker, places);
  const { place } = booked;
  await notTwice(walker, booked);
  await own(walker, booked);
  await paper(walker, booked);
  await change(walker, booked);
  await cancel(walker, city, booked);
  await tooLate(walker, city, place);
};
