// Passkeys: a clerk registers one in an authenticator of the browser, signs in without a password, and takes it off again.
// Without scripts nothing is offered that would not work, and the password stays.
import { Walker } from './lib.mjs';
import { PASSWORD, signIn, signOut, text, turn } from './people.mjs';

export const ways = 'some';

/** The same city under the one name that browsers trust without a certificate; passkeys know no IP addresses. */
async function byName(walker) {
  const url = new URL(walker.origin);
  url.hostname = 'localhost';
  const local = await Walker.open(walker.browser, { origin: url.origin, js: walker.js, width: walker.width, name: `${walker.name}-local` });
  local.ok = (...said) => walker.ok(...said);
  local.fail = (sentence) => walker.fail(sentence);
  walker.others.push(local);
  return local;
}

async function authenticator(walker, options = {}) {
  const cdp = await walker.context.newCDPSession(walker.page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal',
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options } });
  const credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  const put = (credential) => cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
  const verified = (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  const clear = () => cdp.send('WebAuthn.clearCredentials', { authenticatorId });
  return { credentials, put, verified, clear };
}

const offer = 'form[data-passkey=get] button';
const enter = (walker) => turn(walker.page, () => walker.page.click(offer));
const who = (walker) => walker.page.locator('header').innerText();

async function register(walker, device, label, password = PASSWORD) {
  const { page } = walker;
  await walker.goto('/passkeys');
  await page.fill('[name=label]', label);
  await page.fill('[name=password]', password);
  await turn(page, () => page.click('form[data-passkey=create] button.main'));
}

async function withScripts(walker) {
  const { page } = walker;
  const device = await authenticator(walker);
  await signIn(walker, 'city03', '/sessions');
  walker.ok(await page.locator('main a[href="/passkeys"]').count() === 1, 'own passkeys are reached from the own sessions');
  await register(walker, device, '窓口のパソコン', 'not the password at all');
  walker.ok(/パスワードをもう一度/.test(await text(page)), 'registering asks for the password');
  await walker.check('wrong-password');
  await device.clear();
  await register(walker, device, '窓口のパソコン');
  walker.ok(/登録しました/.test(await text(page)) && /窓口のパソコン/.test(await text(page)), 'the passkey is registered and listed by its name');
  await walker.check('registered');
  const [kept] = await device.credentials();
  walker.ok(kept?.rpId === 'localhost' && kept.isResidentCredential, 'it is bound to the name of the city, and needs no login');
  await signOut(walker);

  await walker.goto('/sign-in?next=/sessions');
  walker.ok(await page.locator(offer).isVisible(), 'the sign-in page offers it');
  await walker.check('sign-in');
  await enter(walker);
  walker.ok(new URL(page.url()).pathname === '/sessions' && /ログアウト/.test(await who(walker)), 'signed in without a password, and at the page that was asked for');
  await signOut(walker);

  // A copy of the key whose counter stands still: the same credential with the count of before.
  const [used] = await device.credentials();
  await device.clear();
  await device.put({ ...used, signCount: kept.signCount });
  await walker.goto('/sign-in');
  await enter(walker);
  walker.ok(/パスキーを確かめられませんでした/.test(await text(page)), 'a copied key is refused');
  await walker.check('refused');
  await device.clear();
  await device.put({ ...used, signCount: used.signCount + 10 });
  await walker.goto('/sign-in?next=/passkeys');
  await enter(walker);
  walker.ok(new URL(page.url()).pathname === '/passkeys', 'the key itself goes on');
  await turn(page, () => page.click('main form:not([data-passkey]) button'));
  walker.ok(/外しました/.test(await text(page)), 'it is taken off');
  await signOut(walker);
  await walker.goto('/sign-in');
  await enter(walker);
  walker.ok(/パスキーを確かめられませんでした/.test(await text(page)), 'what was taken off opens nothing');
}

async function withoutScripts(walker) {
  const { page } = walker;
  await walker.goto('/sign-in');
  walker.ok(!(await page.locator(offer).isVisible()), 'nothing is offered that would not work');
  await signIn(walker, 'city03', '/passkeys');
  walker.ok(/スクリプトが要ります/.test(await text(page)), 'the page says what it needs');
  walker.ok(!(await page.locator('form[data-passkey=create]').isVisible()), 'and shows no form');
  await walker.check('no-scripts');
}

export default async function (walker) {
  const local = await byName(walker);
  await (walker.js ? withScripts(local) : withoutScripts(local));
  await walker.goto('/sign-in');
  walker.ok((await walker.page.locator('form[data-passkey]').count()) === 0, 'under an address that is not configured none is offered');
}
