// A finding is {check, what, where}: which check it failed, what is wrong, and the place in the page.
// A check is a subject a person can act on ("targets", "contrast"), not a tool. Several tools look at the same subject,
// so their rules are sorted under it here; a rule that is not named stays under the tool's own name.
const SUBJECTS = {
  contrast: ['color-contrast', 'color-contrast-enhanced', 'link-in-text-block'],
  'heading-order': ['heading-order', 'heading-level', 'page-has-heading-one', 'empty-heading'],
  label: ['label', 'label-title-only', 'form-field-multiple-labels', 'select-name', 'input-missing-label', 'multiple-labeled-controls', 'label-content-name-mismatch'],
  lang: ['html-has-lang', 'html-lang-valid', 'html-xml-lang-mismatch', 'valid-lang'],
  inline: ['no-inline-style'],
  targets: ['target-size'],
  title: ['document-title', 'empty-title'],
  zoom: ['meta-viewport', 'meta-viewport-large'],
};
const BY_RULE = new Map(Object.entries(SUBJECTS).flatMap(([check, rules]) => rules.map(rule => [rule, check])));

export const subject = (rule, tool) => BY_RULE.get(rule) || tool;
export const finding = (check, what, where = '') => ({check, what, where});

// told puts address and mode before each finding.
export const told = (address, mode, findings) => findings.map(f => ({...f, address, mode}));

// line is one failure in one line: address, mode, check, what, where.
export const line = f => [f.address, f.mode, f.check, f.what, f.where].map(part => String(part ?? '').replace(/\s+/g, ' ').trim()).join(' | ');

// grouped puts what is wrong in the same way at many places of a page into one line that names three of them.
function grouped(findings) {
  const groups = new Map();
  for (const f of findings) {
    const key = [f.address, f.mode, f.check, f.what].join('\n');
    if (!groups.has(key)) groups.set(key, {...f, places: new Set()});
    groups.get(key).places.add(f.where);
  }
  return [...groups.values()].map(({places, ...f}) => {
    const some = [...places].slice(0, 3).join(', '), more = places.size - 3;
    return {...f, where: more > 0 ? `${some} and ${more} more` : some};
  });
}

// report fails a test with its findings and nothing else: a stack trace would only point here.
export function report(findings) {
  if (!findings.length) return;
  const error = new Error(`${findings.length} found\n` + grouped(findings).map(line).join('\n'));
  error.stack = error.message;
  throw error;
}
