// Runs inside the page. What the looks at a page share.
(() => {
  const gate = globalThis.gate = {};

  gate.CONTROLS = 'a[href],area[href],button,input:not([type=hidden]),select,textarea,summary,audio[controls],video[controls],' +
    '[contenteditable=""],[contenteditable=true],[role=button],[role=link],[role=tab],[role=checkbox],[role=switch],[tabindex]:not([tabindex^="-"])';

  gate.visible = e => e.checkVisibility({visibilityProperty: true});

  gate.name = e => {
    const words = (e.textContent || e.getAttribute('aria-label') || e.name || '').replace(/\s+/g, ' ').trim().slice(0, 20);
    return e.tagName.toLowerCase() + (e.id ? '#' + e.id : typeof e.className === 'string' && e.className ? '.' + e.className.split(' ')[0] : '') + (words ? ` “${words}”` : '');
  };

  // Controls that can be used now. A summary counts only as the first of its details.
  gate.controls = () => [...document.querySelectorAll(gate.CONTROLS)].filter(e => gate.visible(e) && !e.matches(':disabled') && !e.closest('[inert]') &&
    !(e.tagName === 'SUMMARY' && e.parentElement.querySelector('summary') !== e));

  // A link within a sentence: the block that holds it says something more than its links.
  gate.inSentence = e => {
    if (e.tagName !== 'A' || getComputedStyle(e).display !== 'inline') return false;
    let block = e.parentElement;
    while (block.parentElement && getComputedStyle(block).display === 'inline') block = block.parentElement;
    const rest = block.cloneNode(true);
    rest.querySelectorAll(gate.CONTROLS).forEach(x => x.remove());
    return rest.textContent.replace(/[^\p{L}\p{N}]/gu, '').length >= 3;
  };

  // Visible text nodes, without what is not read as text.
  gate.texts = function* () {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode, e = node.parentElement;
      if (node.data.trim() && !e.closest('script,style,noscript,template,rt,rp,option,svg title,svg desc') && gate.visible(e)) yield {node, e};
    }
  };

  gate.fields = () => [...document.querySelectorAll('input:not([type=hidden],[type=radio],[type=checkbox],[type=range],[type=color]),select,textarea')].filter(gate.visible);

  // Colours, as [r, g, b, a].
  gate.colour = css => {
    const n = (css.match(/[\d.]+/g) || []).map(Number);
    return [n[0] || 0, n[1] || 0, n[2] || 0, n[3] ?? 1];
  };
  gate.over = (top, ground) => [0, 1, 2].map(i => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => { const v = c[i] / 255; return sum + w * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  gate.contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  // The ground an element stands on: the nearest backgrounds, put over one another down to the canvas.
  gate.ground = e => {
    const layers = [];
    for (; e; e = e.parentElement) {
      const c = gate.colour(getComputedStyle(e).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break;
    }
    return layers.reduceRight((under, c) => gate.over(c, under), [255, 255, 255, 1]);
  };

  // As if nobody had touched the page. Without the detour over the body the next Tab would go on from the last control
  // that had the focus.
  gate.rest = () => {
    const {body} = document, own = body.getAttribute('tabindex');
    body.setAttribute('tabindex', '-1');
    body.focus({preventScroll: true});
    body.blur();
    if (own === null) body.removeAttribute('tabindex'); else body.setAttribute('tabindex', own);
    getSelection().removeAllRanges();
    scrollTo(0, 0);
  };

  gate.openDetails = () => { for (const d of document.querySelectorAll('details')) d.open = true; };
  gate.words = () => document.body.innerText.split('\n').map(l => l.replace(/\s+/g, ' ').trim()).filter(Boolean);
})();
