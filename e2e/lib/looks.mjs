// The ways a page is looked at. A load is how it is asked for; a look is how it is shown once it is there, which needs
// no new load. GATE=all takes every check in every look of every load where it could find something of its own; make test
// takes those named here, each where it finds most.
export const PHONE = {width: 360, height: 740};
const REFLOW = {width: 320, height: 256}; // 1280 × 1024 at 400 %
const DESK = {width: 1280, height: 800};
const PAPER = {width: 718, height: 1000}; // A4 within its margins

export const LOOKS = {
  light: {view: PHONE, media: {}},
  dark: {view: PHONE, media: {colorScheme: 'dark'}, colours: true},
  forced: {view: PHONE, media: {forcedColors: 'active'}, colours: true, never: ['contrast', 'print']},
  reflow: {view: REFLOW, media: {}},
  wide: {view: DESK, media: {}},
  print: {view: PAPER, media: {media: 'print'}, only: ['print']},
  'dark print': {view: PAPER, media: {media: 'print', colorScheme: 'dark'}, only: ['print']},
};

export const LOADS = {
  standard: {target: 48, test: {
    light: ['axe', 'contrast', 'targets', 'overlap', 'text', 'sideways', 'keyboard', 'spacing'],
    dark: ['contrast', 'ring'],
    forced: ['forced', 'ring'],
    reflow: ['axe', 'sideways', 'keyboard', 'spacing'],
    wide: ['sideways', 'lines', 'overlap'],
    'dark print': ['print'],
  }},
  large: {setting: '30.auto', target: 60, test: {light: ['sideways', 'targets', 'overlap', 'text', 'spacing'], reflow: ['sideways']}},
  elder: {setting: '22.dark', target: 60, test: {light: ['contrast', 'targets', 'overlap', 'text', 'sideways'], print: ['print']}},
  'no script': {script: false, target: 48, test: {light: ['same-words', 'dead']}},
};

const EVERY = ['axe', 'contrast', 'targets', 'overlap', 'text', 'sideways', 'lines', 'spacing', 'keyboard', 'ring', 'forced', 'print'];

// What make test looks at. In every way: of each template the page or state that is fullest, in simplified characters. Its
// sister in English has other widths, and no colours of its own. A state that is not its template's fullest has words and
// controls of its own. In another language it has neither: its words are held by its golden and as served, and here is seen
// whether they fit; those in traditional characters are as wide as those in simplified ones.
export const TIERS = {
  full: Object.fromEntries(Object.entries(LOADS).map(([name, load]) => [name, load.test])),
  wide: {
    standard: {light: ['axe', 'targets', 'overlap', 'text', 'sideways', 'keyboard'], reflow: ['sideways', 'spacing'], wide: ['sideways', 'lines', 'overlap']},
    large: {light: ['sideways', 'targets', 'overlap', 'spacing'], reflow: ['sideways']},
  },
  brief: {standard: {light: ['axe', 'targets', 'overlap', 'text', 'sideways', 'keyboard'], reflow: ['sideways', 'spacing']}},
  fit: {standard: {light: ['targets', 'overlap', 'sideways'], reflow: ['sideways', 'spacing']}},
  glance: {standard: {light: ['overlap', 'sideways']}},
};

// What sees no colours. Dark and forced colours differ from light by colours alone, so that these find there what they found.
const BLIND = ['axe', 'text', 'spacing', 'keyboard'];

// plan lists [look, checks] of a load. Everything is every check in every look in which it could find something of its own.
export function plan(load, tier, everything) {
  if (!everything || LOADS[load].script === false) return Object.entries(TIERS[tier][load]);
  return Object.entries(LOOKS).map(([name, look]) => [name, EVERY.filter(check => {
    if (look.only) return look.only.includes(check);
    if (check === 'print' || look.never?.includes(check)) return false;
    if (check === 'forced') return name === 'forced';
    if (check === 'lines') return name === 'wide';
    if (check === 'ring') return look.colours;
    return !look.colours || !BLIND.includes(check);
  })]);
}
