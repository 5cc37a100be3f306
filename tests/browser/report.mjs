// report.mjs - docs/accessibility.md, made from what the journeys check: node report.mjs > ../../docs/accessibility.md
// run.mjs compares the two: a journey or a tool that changed makes the published report red until it is made anew.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const here = path.dirname(new URL(import.meta.url).pathname);
const read = (name) => readFile(path.join(here, name), 'utf8');

/** Names of the pages that a journey has checked, in order, each once. */
function checked(source) {
  return [...new Set([...source.matchAll(/\.check\('([^'[]+)'/g)].map((m) => m[1]))];
}

export async function report() {
  const lock = JSON.parse(await read('package-lock.json')).packages;
  const version = (name) => lock[`node_modules/${name}`].version;
  const checks = await read('checks.mjs');
  const tags = checks.match(/AXE_TAGS = \[([^\]]+)\]/)[1].replaceAll("'", '');
  const [, least] = checks.match(/TARGET_PX = (\d+)/);
  const files = (await readdir(here)).filter((f) => f.endsWith('.journey.mjs')).sort();
  const rows = [];
  let pages = 0;
  for (const file of files) {
    const names = checked(await read(file));
    pages += names.length;
    if (names.length) rows.push(`- ${file.replace('.journey.mjs', '')}: ${names.join('、')}`);
  }
  return `# ウェブアクセシビリティの試験の結果

公開の画面と葬祭業者の画面は、JIS X 8341-3:2016 の適合レベルAAに準拠することを目標にしています。
この報告は試験の定義から作られ、試験のたびに同じであることが確かめられます。一つでも不合格があると、この版は出せません。

## 試験の方法

- 実際のブラウザ（Chromium）で、利用者の操作を始めから終わりまでたどり、画面ごとに調べます。
- JavaScriptのある場合とない場合、幅320ピクセルと1280ピクセルの組み合わせで行います。
- axe-core ${version('axe-core')}（${tags}）の違反が0件であること。
- html-validate ${version('html-validate')} で、送ったままのHTMLに誤りがないこと。
- 幅320ピクセルで横にスクロールしないこと（達成基準1.4.10）。
- 押すところが縦横${least}ピクセル以上であること。
- キーボードだけで、予約の始めから終わりまで行えること。

## 調べた画面

${pages}の画面の、すべての組み合わせで不合格は0件です。

${rows.join('\n')}

## 分かっていること

- 自動の試験で分かるのは、達成基準の一部です。読み上げソフトを使う人による試験は、市が年に一度行ってください。
- PDFの帳票は、文字を取り出せますが、タグ付きPDFではありません。同じ内容は画面で読めます。
- 六曜・和暦・人名の読みは、言葉で示し、色だけでは示しません。

## 意見の届け先

読めない、押せない、分からないところがあれば、市の担当窓口に電話してください。
`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(await report());
