// Names as people have them: very long, with variants, hostile to markup, from right to left; shown whole and exact.
import { fill, formOf, freePlace, person, send, signIn, summary, text } from './people.mjs';

export const ways = 'some';

const names = [
  ['パブロ・ディエゴ・ホセ・フランシスコ・デ・パウラ・ファン・ネポムセノ・マリア・デ・ロス・レメディオス・シプリアノ・デ・ラ・サンティシマ・トリニダード', 'パブロ　ディエゴ'],
  ['葛󠄀城　邉󠄂子', 'カツラギ　ナベコ'],
  ['<script>alert("名")</script>&amp;{{name}}', 'スクリプト'],
  ['﨑﨟　神', 'サキロウ　カミ'],
];

export default async (walker) => {
  const { page } = walker;
  await signIn(walker, 'firm020');
  const bands = ['11:00', '11:30', '12:00', '12:30', '14:00'];
  for (const [i, [name, kana]] of names.entries()) {
    const place = await freePlace(walker, { from: '2026-12-10', bands });
    await walker.goto(formOf(place));
    await fill(page, person({ deceased: name, deceased_kana: kana }));
    await send(page);
    walker.ok((await text(page)).includes(name), `the check page shows the name byte for byte (${await summary(page)})`);
    await send(page);
    walker.ok((await page.locator('dd', { hasText: name }).first().innerText()) === name, 'and so does the record');
    if (i < 3) await walker.check(`name-${i + 1}`);
  }
  await walker.goto('/crematorium/booking');
  for (const [name] of names) walker.ok((await text(page)).includes(name), `the list shows ${name.slice(0, 12)}`);
  await walker.check('names');
};
