// Runs inside the page. Layout: no scrolling in two directions; forced colours; print.
(() => {
  const gate = globalThis.gate;

  gate.sideways = () => {
    const page = document.scrollingElement, out = [];
    if (page.scrollWidth > page.clientWidth) out.push({what: `the page is ${page.scrollWidth} px wide in ${page.clientWidth}`, where: ''});
    // For screen readers alone, and so is what lies within it.
    const aside = e => e && (e.clientWidth <= 1 && e.clientHeight <= 1 && getComputedStyle(e).overflow === 'hidden' || aside(e.parentElement));
    const beyond = box => box.width > 1 && box.height > 1 && box.right > innerWidth + 1;
    for (const e of document.querySelectorAll('body *')) {
      if (out.length > 4) break;
      if (!gate.visible(e) || e.closest('svg') && e.tagName !== 'svg') continue;
      if (aside(e)) continue;
      if (beyond(e.getBoundingClientRect())) out.push({what: 'reaches beyond the right edge', where: gate.name(e)});
      else if (e.clientWidth && e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX)) out.push({what: 'scrolls sideways by itself', where: gate.name(e)});
      else for (const n of e.childNodes) {
        if (n.nodeType !== 3 || !n.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(n);
        if ([...range.getClientRects()].some(beyond)) { out.push({what: 'text reaches beyond the right edge', where: gate.name(e)}); break; }
      }
    }
    return out;
  };

  // The reader's own colours hold everywhere, and a button is still a button when its ground is gone.
  gate.forced = () => {
    const out = [];
    for (const e of document.querySelectorAll('body, body *')) {
      if (!gate.visible(e)) continue;
      const style = getComputedStyle(e);
      if (style.forcedColorAdjust === 'none') out.push({what: 'forced-color-adjust: none', where: gate.name(e)});
      const box = e.matches('button,select,textarea,input:not([type=hidden],[type=radio],[type=checkbox],[type=range],[type=color],[type=file])') && !e.matches(':disabled');
      if (box && !['Top', 'Right', 'Bottom', 'Left'].some(s => style[`border${s}Style`] !== 'none' && parseFloat(style[`border${s}Width`]) >= 1)) out.push({what: 'no border to see it by', where: gate.name(e)});
    }
    return out;
  };

  // Printers leave backgrounds out unless told otherwise, so text must be dark enough for white paper.
  gate.print = least => {
    const out = [];
    const judge = (e, words) => {
      const style = getComputedStyle(e);
      const exact = (style.printColorAdjust || style.webkitPrintColorAdjust) === 'exact';
      const ground = exact ? gate.ground(e) : [255, 255, 255, 1];
      const ink = gate.over(gate.colour(style.color), ground), contrast = gate.contrast(ink, ground);
      if (contrast < least) out.push({what: `contrast ${contrast.toFixed(1)} on paper, at least ${least} wanted`, where: `${gate.name(e)} ${words.trim().slice(0, 16)}`});
    };
    for (const {node, e} of gate.texts()) judge(e, node.data);
    for (const e of gate.fields()) judge(e, e.value || e.name);
    return out;
  };
})();
