// A receiver of Standard Webhooks that knows nothing of ours: an HTTP server of node, the signature checked by npm's
// standardwebhooks. Writes one JSON line a request into OUT; prints its port on the first line.
//   node receiver.mjs OUT
// POST /NAME?secret=whsec_...[&fail=N][&status=N][&hang=1]: fail answers the first N attempts of each webhook-id with 503, the others get status (204).
import fs from "node:fs";
import http from "node:http";
import { Webhook } from "standardwebhooks";

const out = fs.openSync(process.argv[2], "a");
const attempts = new Map();

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (c) => chunks.push(c));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const url = new URL(request.url, "http://localhost");
    const id = request.headers["webhook-id"];
    const record = { at: Date.now() / 1000, name: url.pathname.slice(1), method: request.method, id,
      bytes: body.length, content_type: request.headers["content-type"], valid: false };
    try {
      record.event = new Webhook(url.searchParams.get("secret")).verify(body, request.headers);
      record.valid = true;
    } catch (e) {
      record.error = String(e);
    }
    const nth = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, nth);
    record.attempt = nth;
    record.status = !record.valid ? 401 : nth <= Number(url.searchParams.get("fail") ?? 0) ? 503 : Number(url.searchParams.get("status") ?? 204);
    fs.writeSync(out, JSON.stringify(record) + "\n");
    if (url.searchParams.get("hang")) return;
    response.writeHead(record.status);
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
