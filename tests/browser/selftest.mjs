// selftest.mjs - the library is seen to find what it must: a good page passes, each planted fault is named.
import http from 'node:http';
import { Walker } from './lib.mjs';

const page = (body, head = '') => `<!DOCTYPE html>
<html lang="ja">
<head><meta charset="utf-8"><title>窓口</title><meta name="viewport" content="width=device-width, initial-scale=1">${head}
<link rel="stylesheet" href="/style.css"></head>
<body><main><h1>予約</h1>${body}</main></body>
</html>
`;
const good = '<form method="post" action="/"><p><label for="name">氏名</label> <input id="name" name="name"></p><p><button type="submit">予約する</button></p></form>';

// path → [markup, pattern of the one fault that must be named]
const pages = {
  '/good': [page(good)],
  '/no-label': [page('<p>氏名 <input name="name"></p>'), /^axe label:/],
  '/no-alt': [page('<p><img src="/dot.svg"></p>'), /^axe image-alt:/],
  '/pale': [page('<p class="pale">うすい字</p>'), /^axe color-contrast:/],
  '/markup': [page('<p><div>段落の中の箱</div></p>'), /^markup .*(element-permitted-content|close-order|no-implicit-close)/],
  '/style': [page('<p style="color: black">その場の書式</p>'), /^markup .*no-inline-style/],
  '/foreign': [page(good, '<link rel="stylesheet" href="http://fonts.example/kana.css">'), /^foreign request: http:\/\/fonts\.example\//],
  '/wide': [page('<p class="wide">幅が広すぎる</p>'), /^reflow:/],
  '/small': [page('<p><button type="button" class="small">小</button></p>'), /^target: button/],
};
const css = 'button, input { min-height: 48px; min-width: 48px; font-size: 16px } .pale { color: #999 } .wide { width: 2000px } .small { min-width: 0; min-height: 0; width: 40px; height: 40px }';
const dot = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>';

function serve() {
  const server = http.createServer((request, response) => {
    const found = pages[request.url];
    const [type, text] = request.url === '/style.css' ? ['text/css', css] : request.url === '/dot.svg' ? ['image/svg+xml', dot]
      : ['text/html; charset=utf-8', found ? found[0] : page('<p>ありません</p>')];
    response.writeHead(found || type !== 'text/html; charset=utf-8' ? 200 : 404, { 'content-type': type });
    response.end(text);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Returns { passed, failed }; prints what was not found. */
export async function selftest(browser) {
  const server = await serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const sum = { passed: 0, failed: 0 };
  for (const js of [false, true]) {
    const walker = await Walker.open(browser, { origin, js, width: 1280, name: 'selftest' });
    for (const [where, [, wanted]] of Object.entries(pages)) {
      await walker.goto(where);
      const faults = (await walker.look()).filter((f) => !f.startsWith('console:'));
      const right = wanted ? faults.some((f) => wanted.test(f)) : faults.length === 0;
      sum[right ? 'passed' : 'failed'] += 1;
      if (!right) console.log(`FAIL selftest js=${js ? 'on' : 'off'} ${where}: wanted ${wanted ?? 'nothing'}, got ${faults.join(' | ') || 'nothing'}`);
    }
    await walker.close();
  }
  server.close();
  return sum;
}
