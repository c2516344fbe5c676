// Runs inside the page. Targets: large enough for a hand that shakes, and none over another.
(() => {
  const gate = globalThis.gate;

  // The box a finger can hit: of a radio, a check box or a file field also its labels. A skip link, which lies outside
  // the view until it has the focus, is measured while it has it.
  const boxOf = e => {
    let box = e.getBoundingClientRect(), revealed = false;
    if (box.width <= 1 || box.height <= 1 || box.right <= 0 || box.bottom + scrollY <= 0) {
      e.focus();
      box = e.getBoundingClientRect();
      e.blur();
      revealed = true;
    }
    const boxes = [box];
    if (/^(radio|checkbox|file)$/.test(e.type)) for (const l of e.labels || []) boxes.push(l.getBoundingClientRect());
    return {
      e, revealed,
      left: Math.min(...boxes.map(b => b.left)), right: Math.max(...boxes.map(b => b.right)),
      top: Math.min(...boxes.map(b => b.top)), bottom: Math.max(...boxes.map(b => b.bottom)),
    };
  };
  const standing = () => gate.controls().filter(e => !gate.inSentence(e)).map(boxOf);

  gate.targets = least => standing().flatMap(b => {
    const w = b.right - b.left, h = b.bottom - b.top;
    return w < least - .5 || h < least - .5 ? [{what: `${Math.round(w)} × ${Math.round(h)} px, at least ${least} wanted`, where: gate.name(b.e)}] : [];
  });

  gate.overlap = () => {
    const boxes = standing().filter(b => !b.revealed), out = [];
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) {
        if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
        const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (w > 1 && h > 1) out.push({what: `shares ${Math.round(w)} × ${Math.round(h)} px with ${gate.name(b.e)}`, where: gate.name(a.e)});
      }
    });
    return out;
  };

  // What only a script could bring to life.
  gate.dead = () => [...document.querySelectorAll('a[href="#"],a[href^="javascript:"],a:not([href]),button[type=button],button:not(form *):not([form])')]
    .filter(e => gate.visible(e) && !e.closest('summary')).map(e => ({what: 'does nothing without script', where: gate.name(e)}));
})();
