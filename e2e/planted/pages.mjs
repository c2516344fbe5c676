// A small sound page, and the same page once for each check with one defect planted. A check that does not find its own
// defect, or finds something on the sound page, is worth nothing; the whole gate goes over all of them.
import http from 'node:http';
import {once} from 'node:events';

const CSS = `
:root{--page:#fff;--ink:#1b1d1f;--ring:#0a4d46}
@media(prefers-color-scheme:dark){:root{--page:#14181b;--ink:#f3f0e8;--ring:#8fdccf}}
html{background:var(--page);color:var(--ink);font:20px/1.7 sans-serif;scroll-padding:5rem 0;overflow-wrap:anywhere}
body{margin:0;padding:1rem}
a,summary{color:inherit}
p{max-width:30em}
.stand{display:inline-flex;align-items:center;min-width:60px;min-height:60px}
label{display:block}
input,button{box-sizing:border-box;min-height:60px;min-width:60px;max-width:100%;font:inherit;color:inherit;background:none;border:2px solid}
:focus{outline:3px solid var(--ring);outline-offset:2px}
@media print{:root{--page:#fff;--ink:#000}}
`;

const HTML = `<!doctype html>
<html lang="zh-Hant"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>試驗</title><link rel="stylesheet" href="/page.css"></head>
<body><header><a class="stand" href="#main">跳到正文</a></header>
<main id="main"><h1>錢的事</h1>
<p>慢一點，問清楚。平台放款之前要錢的，不要給，也不要把驗證碼告訴別人。</p>
<h2>先問</h2>
<form action="/sound" method="post"><p><label for="sum">多少錢？</label><input id="sum" name="sum" type="text" autocomplete="off"></p><p><button type="submit">繼續</button></p><p><button type="submit" name="size" value="22" aria-label="換成長者版">長者版</button></p></form>
<p><a class="stand" href="/sound">第一步</a></p>
<p><a class="stand" href="/sound#main">第二步</a></p>
</main><footer><p>深圳</p></footer></body></html>`;

const into = (...pairs) => page => pairs.reduce((p, [from, to]) => {
  if (!p.html.includes(from)) throw new Error(`the sound page has no ${from}`);
  return {...p, html: p.html.replace(from, () => to)};
}, page);
const style = css => page => ({...page, css: page.css + css});
const script = js => page => ({...into(['</body>', '<script src="/page.js"></script></body>'])(page), js});
const both = (...changes) => page => changes.reduce((p, change) => change(p), page);

// name: [the checks that must find it, and no other; the change]
export const PLANTED = {
  'link of 36 px': ['targets', style('main .stand{min-height:36px;line-height:36px}')],
  'links over one another': ['overlap', style('main>p:last-child{margin-top:-24px}')],
  'text of 6.9:1': ['contrast', style('h1+p{color:#5a5a5a}@media print{h1+p{color:#000}}')],
  'h3 after h1': ['heading-order', into(['<h2>先問</h2>', '<h3>先問</h3>'])],
  'no h1': ['h1 heading-order', into(['<h1>錢的事</h1>', ''], ['<h2>先問</h2>', ''])],
  'field without label': ['label', into(['<label for="sum">多少錢？</label>', '<b>多少錢？</b>'])],
  'name without the words shown': ['label', into(['aria-label="換成長者版"', 'aria-label="換成大字"'])],
  'unmarked English': ['lang', into(['慢一點', 'take it slowly'])],
  'html of another language': ['lang', into(['lang="zh-Hant"', 'lang="en"'])],
  'simplified in traditional': ['script', into(['問清楚', '问清楚'])],
  'key without words': ['words', into(['慢一點', '<span lang="en">common.slow_down</span>'])],
  'text of 16 px': ['text', style('footer p{font-size:16px}')],
  'tight lines': ['text', style('h1+p{line-height:1.3}')],
  'wide box': ['sideways', style('h2{width:420px;background:var(--page)}')],
  'long lines': ['lines', both(style('p{max-width:none}'), into(['慢一點', '慢一點，'.repeat(20)]))],
  'clipped box': ['spacing', style('h2{width:2em;height:1.7em;overflow:hidden}')],
  'trap': ['keyboard', script('addEventListener("keydown",e=>{if(document.activeElement.id==="sum")e.preventDefault()})')],
  'stop that is no control': ['keyboard', script('document.querySelector("h2").tabIndex=-1;document.querySelector("button").addEventListener("focus",()=>document.querySelector("h2").focus())')],
  'bar over the focus': ['covered', style('footer{position:fixed;left:0;right:0;bottom:0;background:var(--page);height:110px}html{scroll-padding:0}main{padding-bottom:140px}')],
  'no focus ring': ['ring', style(':focus{outline:0}')],
  'faint focus ring': ['ring', style(':focus{outline-color:#ddd}@media(prefers-color-scheme:dark){:focus{outline-color:#333}}@media(forced-colors:active){:focus{outline-style:none}}')],
  'ring that is only a shadow': ['ring', style(':focus{outline:0;box-shadow:0 0 0 3px var(--ring)}')],
  'button without border': ['forced', style('button{border:0}')],
  'own colours when colours are forced': ['forced', style('h2{forced-color-adjust:none}')],
  'light print': ['print', style('@media print{h2{color:#bbb}}')],
  'link that does nothing': ['dead', into(['</main>', '<p><a class="stand" role="link" tabindex="0">第三步</a></p></main>'])],
  'words by script': ['same-words', script('document.querySelector("h2").insertAdjacentHTML("afterend","<p>只有這樣。</p>")')],
  'missing picture': ['quiet', into(['</h1>', '</h1><img src="/missing.png" alt="" width="10" height="10">'])],
  'failing script': ['quiet', script('throw new Error("planted")')],
  'style in the page': ['inline', into(['<h2>', '<h2 style="margin-top:2em">'])],
  'picture of another host': ['foreign-host quiet', into(['</h1>', '</h1><img src="//127.0.0.2:9/x.png" alt="" width="10" height="10">'])],
  'no zoom': ['zoom', into(['initial-scale=1', 'initial-scale=1,user-scalable=no'])],
  'no title': ['title', into(['<title>試驗</title>', '<title></title>'])],
  'link to nowhere in the page': ['fragments', into(['href="#main"', 'href="#mein"'])],
  'double id': ['html', into(['<h2>', '<h2 id="main">'])],
  'words outside the landmarks': ['axe', into(['</header>', '</header><p>安心</p>'])],
  'same words, two places': ['axe', into(['<a class="stand" href="/sound#main">第二步', '<a class="stand" href="/0">第一步'])],
};

export const sound = {html: HTML, css: CSS, js: ''};

// serve answers /<number of the planted page> and /sound; the style sheet is that of the page that asks for it.
export async function serve() {
  const pages = [sound, ...Object.values(PLANTED).map(([, change]) => change(sound))];
  const server = http.createServer((request, response) => {
    const asked = /\/(\d+)$/.exec(request.headers.referer || request.url), page = pages[asked ? +asked[1] : 0];
    const [type, body] = request.url === '/page.css' ? ['text/css', page.css] : request.url === '/page.js' ? ['text/javascript', page.js] : ['text/html; charset=utf-8', page.html];
    response.writeHead(/^\/(\d+|sound|page\.(css|js))$/.test(request.url) ? 200 : 404, {'content-type': type, 'cache-control': 'no-store'}).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = i => ({url: `/${i}`, lang: 'zh-Hant', page: 'planted', status: 200});
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    sound: address(0),
    planted: Object.entries(PLANTED).map(([name, [checks]], i) => ({name, checks: checks.split(' '), address: address(i + 1)})),
    stop: () => { server.closeAllConnections(); server.close(); },
  };
}
