// Runs inside the page. Text: its size, its lines, their length, and what wider spacing does to it.
(() => {
  const gate = globalThis.gate;

  gate.textSize = least => {
    const out = [];
    const judge = (e, words) => {
      const style = getComputedStyle(e);
      // In a drawing the size is in the drawing's own units.
      const size = parseFloat(style.fontSize) * (e.ownerSVGElement && e.getScreenCTM ? e.getScreenCTM().a : 1);
      if (size < least - .01) out.push({what: `text of ${size.toFixed(1)} px, at least ${least} wanted`, where: `${gate.name(e)} ${words.trim().slice(0, 16)}`});
      if (e.closest('select,input,svg')) return; // one line by nature
      const line = style.lineHeight === 'normal' ? 1.2 : parseFloat(style.lineHeight) / parseFloat(style.fontSize);
      const want = e.closest('h1,h2,h3,h4,h5,h6,button,textarea,legend') ? 1.3 : 1.5;
      if (line < want - .01) out.push({what: `line height ${line.toFixed(2)}, at least ${want} wanted`, where: `${gate.name(e)} ${words.trim().slice(0, 16)}`});
    };
    for (const {node, e} of gate.texts()) judge(e, node.data);
    for (const e of gate.fields()) judge(e, e.id || e.name);
    return out;
  };

  // A line is as full as its Han are of 40 and its other characters of 75.
  gate.lineLength = (han, latin) => {
    const out = [];
    for (const block of document.querySelectorAll('p,li,dd,dt,blockquote,figcaption,td')) {
      if (!gate.visible(block) || block.querySelector('p,li,table')) continue;
      const lines = new Map(), range = document.createRange();
      const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        let at = 0;
        for (const c of walk.currentNode.data) {
          range.setStart(walk.currentNode, at);
          range.setEnd(walk.currentNode, at += c.length);
          const box = range.getClientRects()[0];
          if (!box || !box.width) continue;
          const y = Math.round(box.bottom / 8); // parts of one line may differ by a few px
          const line = lines.get(y) || {fill: 0, words: ''};
          line.fill += /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u.test(c) ? 1 / han : 1 / latin;
          line.words += c;
          lines.set(y, line);
        }
      }
      const full = [...lines.values()].filter(l => l.fill > 1.001).sort((a, b) => b.fill - a.fill)[0];
      if (full) out.push({what: `a line of ${full.words.length} characters, at most ${han} Han or ${latin} Latin wanted`, where: `${gate.name(block)}`});
    }
    return out;
  };

  // WCAG 1.4.12: no text may be lost when the reader spaces it. A constructed style sheet is not refused by the page's policy.
  const WIDER = '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}';
  const overfull = () => [...document.querySelectorAll('body *')].filter(e => {
    if (!e.textContent.trim() || e.clientHeight <= 1 || e.clientWidth <= 1 || e.closest('svg') || !gate.visible(e)) return false;
    return e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + blank(e);
  });
  // A full-width bracket or stop that ends a line is set half as wide (CSS Text 4, text-spacing-trim), and its blank half counts
  // as overflow: nothing of the ink is lost, unless somebody clips it.
  const blank = e => /[）」』】》。，、；：？！]/.test(e.textContent) && !/hidden|clip/.test(getComputedStyle(e).overflow) ? 1 + parseFloat(getComputedStyle(e).fontSize) / 2 : 1;
  gate.spacing = () => {
    const before = new Set(overfull()), wideBefore = new Set(gate.sideways().map(f => f.where));
    const wider = new CSSStyleSheet(), worn = [...document.adoptedStyleSheets]; // the list itself is live
    wider.replaceSync(WIDER);
    document.adoptedStyleSheets = [...worn, wider];
    const cut = overfull().filter(e => !before.has(e) || /hidden|clip/.test(getComputedStyle(e).overflow));
    const out = cut.map(e => ({what: `its text needs ${e.scrollWidth} × ${e.scrollHeight} px and has ${e.clientWidth} × ${e.clientHeight}`, where: gate.name(e)}));
    const wide = gate.sideways().filter(f => !wideBefore.has(f.where));
    document.adoptedStyleSheets = worn;
    return [...out, ...wide];
  };
})();
