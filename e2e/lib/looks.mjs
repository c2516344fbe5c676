// The ways a page is looked at. A load is how it is asked for; a look is how it is shown once it is there, which needs
// no new load. Which checks are made in which look of which load is a tier; an address has one, and with GATE=all another.
export const PHONE = {width: 360, height: 740};
const REFLOW = {width: 320, height: 256}; // 1280 × 1024 at 400 %
const DESK = {width: 1280, height: 800};
const PAPER = {width: 718, height: 1000}; // A4 within its margins

export const LOOKS = {
  light: {view: PHONE, media: {}},
  dark: {view: PHONE, media: {colorScheme: 'dark'}},
  forced: {view: PHONE, media: {forcedColors: 'active'}},
  reflow: {view: REFLOW, media: {}},
  wide: {view: DESK, media: {}},
  print: {view: PAPER, media: {media: 'print'}},
  'dark print': {view: PAPER, media: {media: 'print', colorScheme: 'dark'}},
};

// What is asked for, and how large a target has to be then. The elder look is dark whatever the media say.
export const LOADS = {
  standard: {target: 48},
  large: {setting: '30.auto', target: 60},
  elder: {setting: '22.dark', target: 60},
  'no script': {script: false, target: 48},
};

const FIT = ['targets', 'overlap', 'sideways'], LAID = [...FIT, 'text', 'spacing'];

export const TIERS = {
  // make gate. Dark and forced colours are no other layout: what sees no colours would find there what it found in light.
  every: {
    standard: {
      light: ['axe', 'contrast', ...LAID, 'keyboard'],
      dark: ['contrast', 'ring', ...FIT],
      forced: ['forced', 'ring', ...FIT],
      reflow: ['axe', 'contrast', ...LAID, 'keyboard'],
      wide: ['axe', 'contrast', ...LAID, 'lines', 'keyboard'],
      print: ['print'],
      'dark print': ['print'],
    },
    large: {light: ['axe', 'contrast', ...LAID, 'keyboard'], dark: ['contrast'], forced: ['forced', ...FIT], reflow: [...LAID, 'keyboard'], wide: [...LAID, 'lines'], print: ['print']},
    elder: {light: ['axe', 'contrast', ...LAID, 'keyboard'], forced: ['forced', ...FIT], reflow: [...LAID, 'keyboard'], wide: [...LAID, 'lines'], print: ['print']},
    'no script': {light: ['same-words', 'dead']},
  },
  // The same in traditional characters, which are as wide as simplified ones and have no structure, colours or controls of their own.
  sister: {
    standard: {light: ['axe', ...LAID], reflow: LAID, wide: [...LAID, 'lines'], print: ['print']},
    large: {light: LAID, reflow: LAID},
    elder: {light: LAID, reflow: LAID},
    'no script': {light: ['same-words', 'dead']},
  },
  // make test, each check where it finds most. In every way: of each template the page or state that is fullest, in simplified
  // characters. Its sister in English has other widths, and no colours of its own. A state that is not its template's fullest has
  // words and controls of its own. In another language it has neither: its words are held by its golden and as served, and here is
  // seen whether they fit.
  full: {
    standard: {
      light: ['axe', 'contrast', ...LAID, 'keyboard'],
      dark: ['contrast', 'ring'],
      forced: ['forced', 'ring'],
      reflow: ['axe', 'sideways', 'keyboard', 'spacing'],
      wide: ['sideways', 'lines', 'overlap'],
      'dark print': ['print'],
    },
    large: {light: LAID, reflow: ['sideways']},
    elder: {light: ['contrast', 'targets', 'overlap', 'text', 'sideways'], print: ['print']},
    'no script': {light: ['same-words', 'dead']},
  },
  wide: {
    standard: {light: ['axe', 'targets', 'overlap', 'text', 'sideways', 'keyboard'], reflow: ['sideways', 'spacing'], wide: ['sideways', 'lines', 'overlap']},
    large: {light: ['sideways', 'targets', 'overlap', 'spacing'], reflow: ['sideways']},
  },
  brief: {standard: {light: ['axe', 'targets', 'overlap', 'text', 'sideways', 'keyboard'], reflow: ['sideways', 'spacing']}},
  fit: {standard: {light: FIT, reflow: ['sideways', 'spacing']}},
  glance: {standard: {light: ['overlap', 'sideways']}},
};
