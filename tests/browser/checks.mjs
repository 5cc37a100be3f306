// checks.mjs - what every visited page must pass.  Each check returns a list of sentences; empty is good.
import axe from 'axe-core';
import { HtmlValidate } from 'html-validate';

const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const TARGET_PX = 44; // experience: controls at least 44 × 44 px

const markup = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-trailing-whitespace': 'off', // a template's lines, not the reader's
    'attribute-boolean-style': 'off',
    'void-style': 'off',
    'no-implicit-input-type': 'off', // HTML's default is text
    'tel-non-breaking': 'off',
    'no-inline-style': 'error', // the policy (CSP) would drop it
  },
});

/** Faults of the markup that the server sent. */
export async function checkMarkup(html) {
  const report = await markup.validateString(html);
  return report.results.flatMap((r) => r.messages).filter((m) => m.severity === 2)
    .map((m) => `markup ${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
}

/** Faults that axe finds in a page with scripts on. */
export async function checkAxe(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), AXE_TAGS);
  return violations.map((v) => `axe ${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')})`);
}

/** Sideways scrolling at the page's width (WCAG 1.4.10). */
export async function checkReflow(page) {
  const over = await page.evaluate(() => {
    const wide = document.scrollingElement.scrollWidth - innerWidth;
    if (wide <= 0) return '';
    const widest = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).pop();
    return `${wide} px${widest ? ` (${widest.tagName.toLowerCase()}.${widest.className})` : ''}`;
  });
  return over ? [`reflow: scrolls sideways by ${over}`] : [];
}

/** Controls smaller than a finger.  Links inside running text are exempt (WCAG 2.5.8); a label counts with its box. */
export async function checkTargets(page) {
  return page.evaluate((least) => {
    const faults = [];
    for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      if (e.tagName === 'A' && getComputedStyle(e).display === 'inline') continue;
      if (e.closest('.skip') || !e.checkVisibility()) continue;
      const boxes = [e, ...(e.labels ?? [])].map((b) => b.getBoundingClientRect());
      const [own] = boxes;
      const useLabel = e.matches('[type=checkbox], [type=radio]');
      const width = useLabel ? Math.max(...boxes.map((b) => b.width)) : own.width;
      const height = useLabel ? Math.max(...boxes.map((b) => b.height)) : own.height;
      if (width + 0.5 < least || height + 0.5 < least)
        faults.push(`target: ${e.tagName.toLowerCase()} "${(e.textContent || e.name || '').trim().slice(0, 20)}" is ${Math.round(width)} × ${Math.round(height)} px`);
    }
    return faults;
  }, TARGET_PX);
}
