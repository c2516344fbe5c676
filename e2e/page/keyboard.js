// Runs inside the page. The walk with the Tab key: gate.stops() says what must be met, gate.stop() what was met.
(() => {
  const gate = globalThis.gate;
  let list, before;

  // Of a group of radios one is met: the chosen one, else the first.
  const met = e => {
    if ((e.getAttribute('tabindex') || '').startsWith('-')) return false;
    if (e.type !== 'radio') return true;
    const group = [...document.querySelectorAll('input[type=radio]')].filter(x => x.name === e.name && x.form === e.form && !x.disabled);
    return e === (group.find(x => x.checked) || group[0]);
  };
  // A ring may be drawn by the control itself or by what stands for it: its label or the box around it.
  const around = e => [e, ...(e.labels || []), e.parentElement, e.nextElementSibling, e.previousElementSibling].filter(Boolean);
  const look = e => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow].join('|'); };

  gate.stops = () => {
    list = gate.controls().filter(met);
    before = new Map(list.flatMap(around).map(e => [e, look(e)]));
    gate.rest();
    return list.map(gate.name);
  };

  // Wide enough, and of a colour that stands out from what is around it: the wider of outline and shadow counts.
  const ringed = (e, least) => around(e).some(x => {
    if (look(x) === before.get(x)) return false;
    const s = getComputedStyle(x), rings = [];
    if (s.outlineStyle !== 'none') rings.push({width: parseFloat(s.outlineWidth), colour: s.outlineColor});
    for (const shadow of s.boxShadow === 'none' ? [] : s.boxShadow.split(/,(?![^(]*\))/)) {
      const lengths = shadow.replace(/rgba?\([^)]*\)/, '').match(/-?[\d.]+px/g) || [];
      rings.push({width: parseFloat(lengths[3] || 0), colour: shadow.match(/rgba?\([^)]*\)/)?.[0] || 'rgb(0,0,0)'});
    }
    const ground = gate.ground(x.parentElement || x);
    return rings.some(r => r.width >= least - .01 && gate.colour(r.colour)[3] > 0) && rings.some(r => r.width >= least - .01 && gate.contrast(gate.over(gate.colour(r.colour), ground), ground) >= 3);
  });

  // Five points of the first line of the control: nothing else may lie there.
  const cover = e => {
    const box = [...e.getClientRects()].find(r => r.width && r.height) || e.getBoundingClientRect();
    const {scrollPaddingTop, scrollPaddingBottom} = getComputedStyle(document.documentElement);
    const room = innerHeight - (parseFloat(scrollPaddingTop) || 0) - (parseFloat(scrollPaddingBottom) || 0);
    let seen = false;
    for (const [x, y] of [[.5, .5], [.02, .5], [.98, .5], [.5, .1], [.5, .9]]) {
      const px = box.left + box.width * x, py = box.top + box.height * y;
      // Of what is taller than the view within its scroll-padding a part will do; and of a text area browsers bring the line of the caret into view.
      if ((box.height > room || e.tagName === 'TEXTAREA') && (py < 0 || py > innerHeight - 1)) continue;
      const there = document.elementFromPoint(px, py);
      if (!there) return 'the edge of the view';
      if (!(there === e || e.contains(there) || there.contains(e) || there.closest('label')?.control === e)) return gate.name(there);
      seen = true;
    }
    return seen ? '' : 'the edge of the view';
  };

  gate.stop = least => {
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return null;
    const index = list.indexOf(e);
    return index < 0 ? {index, name: gate.name(e)} : {index, ring: ringed(e, least), cover: cover(e)};
  };
})();
