// Every important refusal stands beside its field, says what to do, and nothing that was typed is lost.
import { beside, fill, formOf, freePlace, person, send, signIn, summary, turn, typed } from './people.mjs';

export const ways = 'some';

/** One form, one refusal: the sentence beside the field and all values as typed. */
async function refusedAt(walker, place, more, field, sentence) {
  const { page } = walker;
  await walker.goto(formOf(place));
  await fill(page, person(more));
  const before = JSON.stringify(await typed(page));
  await send(page);
  const said = (await beside(page, field)) || (await summary(page));
  walker.ok(sentence.test(said), `${field}: ${sentence} — said: ${said.replace(/\s+/g, ' ').slice(0, 200) || (await page.title())}`);
  walker.ok(JSON.stringify(await typed(page)) === before, `${field}: nothing typed is lost`);
}

async function table(walker, place) {
  const soon = { ...place, day: '2026-12-04', band: '11:00' };
  await refusedAt(walker, { ...place, day: '2026-12-03', band: '11:00' }, { died_on: 'R8.12.2', died_at: '' }, 'band', /24時間/);
  await refusedAt(walker, { ...place, day: '2026-12-07' }, { day: 'R8.12.7' }, 'day', /友引のため休み/);
  await refusedAt(walker, { ...place, day: '2026-12-20' }, { day: '令和8年12月20日' }, 'day', /まだ受付が始まっていません。今は.*まで予約できます/);
  await refusedAt(walker, soon, { residence: 'out', address: '隣野市東町3' }, 'band', /居住地区分が「市内」の方だけ/);
  await refusedAt(walker, place, { deceased_kana: '緑野花子' }, 'deceased_kana', /ひらがなかカタカナ/);
  await refusedAt(walker, place, { born: '15.4.2' }, 'born', /どちらか/);
  await refusedAt(walker, place, { born: '昭和99年1月1日' }, 'born', /元号/);
  await refusedAt(walker, place, { died_on: '2026-12-03', died_at: '' }, 'died_on', /これからの時刻/);
  await refusedAt(walker, { ...place, band: '12:30' }, { farewell: '09:00' }, 'farewell', /終わってから60分以内/);
  await refusedAt(walker, place, { wake: '18:00' }, 'wake', /告別式の時刻も/);
  await refusedAt(walker, place, { requester_phone: '12' }, 'requester_phone', /市外局番から/);
}

async function book(walker, place, who) {
  const { page } = walker;
  await walker.goto(formOf(place));
  await fill(page, who);
  await send(page);
  if (await page.locator('main button[value=do]').count()) await send(page);
  return /完了しました/.test(await page.title());
}

async function sameDeceased(walker, place, other) {
  const { page } = walker;
  const who = person({ deceased_kana: 'オナジ　ヒト' });
  walker.ok(await book(walker, place, who), `the first booking stands (${await summary(page)})`);
  walker.ok(!(await book(walker, other, who)), 'the same deceased is not booked again');
  walker.ok(/この方の予約はすでにあります/.test((await beside(page, 'deceased_kana')) + (await summary(page))), 'and it is said beside the name');
  await walker.check('same-deceased');
}

/** Between looking and pressing, another firm takes the last place: the nearest are named, nothing is lost. */
async function lateLoss(walker, city) {
  const { page } = walker;
  const place = await freePlace(walker, { site: 2, from: '2026-12-10', bands: ['11:00', '12:00', '13:30'] });
  await walker.goto(formOf(place));
  const mine = person();
  await fill(page, mine);
  await send(page);
  const other = await walker.another();
  await signIn(other, 'firm002');
  walker.ok(await book(other, place, person({ deceased_kana: 'サキノ　ヒト' })), 'the other firm books the last place');
  await send(page);
  walker.ok(/先に埋まりました。空いている枠は.*\d+:\d+/.test(await beside(page, 'band')), `the loss is said with the nearest free places (${await summary(page)})`);
  walker.ok((await typed(page)).deceased_kana === mine.deceased_kana, 'everything typed is kept');
  await walker.check('late-loss');
}

/** Five tentative bookings of a firm are its ceiling. */
async function ceiling(walker) {
  const { page } = walker;
  await signIn(walker, 'firm031');
  for (let i = 0; i < 6; i += 1) {
    const place = await freePlace(walker, { from: '2026-12-10', bands: ['09:30', '10:30', '11:00', '11:30', '12:00', '12:30', '14:00'] });
    if (!(await book(walker, place, person()))) break;
  }
  walker.ok(/仮予約は5件まで/.test(await summary(page)), `the ceiling is said (${await summary(page)})`);
}

/** The session ends while the form is open: signing in again, the form stands there as it was left. */
async function sessionEnds(walker, place) {
  const { page } = walker;
  await signIn(walker, 'firm003');
  await walker.goto(formOf(place));
  await fill(page, person({ message: 'ここまで入力しました' }));
  const before = await typed(page);
  const other = await walker.another();
  await signIn(other, 'firm003', '/sessions');
  await turn(other.page, () => other.page.locator('main table button').first().click());
  await send(page);
  walker.ok(/ログイン/.test(await page.title()) && /残っています/.test(await page.locator('main').innerText()), 'the sign-in page says that the input is kept');
  await walker.check('session-over');
  await page.fill('[name=login]', 'firm003');
  await page.fill('[name=password]', 'midori-no-madoguchi-8');
  await page.click('main button[type=submit]');
  const after = await typed(page);
  walker.ok(Object.keys(before).every((name) => after[name] === before[name]), 'after signing in the form is filled as it was');
  await send(page);
  walker.ok(/確認/.test(await page.title()), 'and goes on');
}

export default async (walker, city) => {
  await signIn(walker, 'firm001');
  const place = await freePlace(walker, { from: '2026-12-10', bands: ['11:00'] });
  await table(walker, place);
  await sameDeceased(walker, place, await freePlace(walker, { from: '2026-12-10', bands: ['11:30', '12:00', '12:30'] }));
  await lateLoss(walker, city);
  await ceiling(walker);
  await sessionEnds(walker, await freePlace(walker, { from: '2026-12-10', bands: ['11:30', '12:00', '12:30', '13:30'] }));
};
