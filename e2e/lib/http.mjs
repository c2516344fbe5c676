// One request over HTTP, as sent: no redirect followed, nothing decompressed, so bytes can be weighed.
import http from 'node:http';

const agent = new http.Agent({keepAlive: true, maxSockets: 4});

// ask answers {status, headers, type, location, body, text, head}; head is the number of bytes of the response's head.
export function ask(url, {method = 'GET', form, cookie, headers = {}} = {}) {
  const body = form && new URLSearchParams(form).toString();
  const all = {accept: 'text/html,*/*', ...headers};
  if (cookie) all.cookie = cookie;
  if (body !== undefined && method !== 'GET') all['content-type'] = 'application/x-www-form-urlencoded';
  return new Promise((done, fail) => {
    const request = http.request(url, {method, agent, headers: all}, response => {
      const parts = [];
      response.on('data', part => parts.push(part)).on('error', fail).on('end', () => {
        const bytes = Buffer.concat(parts);
        done({
          status: response.statusCode,
          headers: response.headers,
          type: (response.headers['content-type'] || '').split(';')[0],
          location: response.headers.location,
          body: bytes,
          text: bytes.toString('utf8'),
          head: headBytes(response),
        });
      });
    });
    request.on('error', e => fail(new Error(`${method} ${url}: ${e.message}`)));
    request.end(method === 'GET' ? undefined : body);
  });
}

function headBytes(response) {
  let bytes = `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\n\r\n`.length;
  for (let i = 0; i < response.rawHeaders.length; i += 2) bytes += response.rawHeaders[i].length + response.rawHeaders[i + 1].length + 4;
  return bytes;
}
