// The office of information policy and the city: log, terminals, accounts, a rule with two persons, passwords, sessions.
import { fill, PASSWORD, send, signIn, signOut, summary, text, turn } from './people.mjs';

export const ways = 'some';

async function forbidden(walker) {
  const { page } = walker;
  await signIn(walker, 'firm001');
  const answer = await walker.goto('/crematorium/day');
  walker.ok(answer.status() === 403 && /権限がありません/.test(await text(page)), '403 says whom to ask');
  await walker.check('403');
  await walker.goto('/crematorium/booking?q=%E3%82%BE%E3%82%BE%E3%82%BE');
  walker.ok(/条件に合う記録はありません/.test(await text(page)), 'an empty list says what to do');
  await walker.check('empty-list');
  await signOut(walker);
}

async function log(walker) {
  const { page } = walker;
  await signIn(walker, 'it01', '/log');
  await walker.check('log');
  await page.fill('[name=actor]', 'firm001');
  await page.check('[name=refused]');
  await turn(page, () => page.locator('main form[role=search] button').click());
  walker.ok(/crematorium/.test(await page.locator('tbody').innerText()), 'refused attempts are found');
  await walker.goto('/log?actor=firm001');
  await turn(page, () => page.locator('tbody a').first().click());
  await walker.check('entry');
  for (const [where, name] of [['/kernel/terminal', 'terminals'], ['/kernel/account', 'accounts'], ['/kernel/approval', 'approvals']]) {
    await walker.goto(where);
    await walker.check(name);
  }
}

async function twoPersons(walker) {
  const { page } = walker;
  await signIn(walker, 'city03', '/crematorium/closure/enter');
  await walker.check('rule');
  await fill(page, { kind_of_use: 'cremation', pattern: 'date', day: '令和8年12月10日', reason: '炉の点検', effective_from: 'R8.12.2', basis: '斎場条例第5条' });
  await send(page);
  walker.ok(/承認を待っています/.test(await text(page)), `the rule waits for another person (${await summary(page)})`);
  const waiting = new URL(page.url()).pathname;
  await walker.goto('/crematorium?from=2026-12-09');
  walker.ok(!/炉の点検/.test(await text(page)), 'until then it is not in force');
  const chief = await walker.another();
  await signIn(chief, 'city01', waiting);
  await chief.check('waiting');
  await turn(chief.page, () => chief.page.getByRole('button', { name: '承認する' }).click());
  walker.ok(/完了しました/.test(await chief.page.title()), `approved by another person (${await summary(chief.page)})`);
  await walker.goto('/crematorium?from=2026-12-09');
  walker.ok(/休み（炉の点検）/.test(await text(page)), 'the day is closed for everybody, with its reason');
}

async function passwords(walker) {
  const { page } = walker;
  const other = await walker.another();
  await signIn(other, 'firm010', '/password');
  await other.check('password');
  const change = async (next) => {
    await other.page.fill('[name=old]', PASSWORD);
    const fields = other.page.locator('main input[type=password]');
    await fields.nth(1).fill(next);
    await fields.nth(2).fill(next);
    await other.page.click('main button.main');
  };
  await change('みじかい');
  walker.ok(/文字以上/.test(await summary(other.page)), 'a short one is refused');
  await change('sora-no-kumo-ga-tooi-7');
  walker.ok(!/エラー/.test(await other.page.title()), `a long one is taken (${await summary(other.page)})`);
  await signOut(other);
  await signIn(other, 'firm010', '/crematorium/booking', 'sora-no-kumo-ga-tooi-7');
  walker.ok(/予約/.test(await other.page.title()) && !/ログイン/.test(await other.page.title()), 'and opens the pages from then on');
  for (let i = 0; i < 6; i += 1) {
    await walker.goto('/sign-in');
    await page.fill('[name=login]', 'city05');
    await page.fill('[name=password]', 'wrong-password-again');
    await page.click('main button.main');
    if (i === 0) walker.ok(/ちがいます/.test(await summary(page)) && !/パスワードが短/.test(await summary(page)), 'a wrong password says no more than that');
  }
  walker.ok(/待ってください/.test(await summary(page)), `after some tries people wait (${await summary(page)})`);
  await walker.check('throttle');
}

export default async (walker) => {
  await forbidden(walker);
  await log(walker);
  await twoPersons(walker);
  await passwords(walker);
};
