/* truce serve: who may ask, for what, and what bad clients get. */
import assert from "node:assert/strict";
import net from "node:net";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { folder, serve } from "./support.mjs";

let server, site;
before(async () => {
  site = folder();
  writeFileSync(join(site, "index.html"), "<!doctype html><title>front</title>");
  writeFileSync(join(site, ".secret"), "no");
  symlinkSync("/etc/passwd", join(site, "linked.html"));
  writeFileSync(join(site, "large.js"), "x".repeat(3_000_000));
  server = await serve(site, "--host", "pages.example");
});
after(() => server?.stop());

/* What the server sends to raw bytes. */
function raw(bytes, { half = false } = {}) {
  return new Promise((take, fail) => {
    const socket = net.connect(server.port, "127.0.0.1", () => (half ? socket.end(bytes) : socket.write(bytes)));
    let got = "";
    socket.on("data", (d) => (got += d));
    socket.on("end", () => take(got));
    socket.on("error", fail);
    socket.setTimeout(20000, () => { socket.destroy(); take(got); });
  });
}
const ask = (target, host = `127.0.0.1:${server.port}`, method = "GET") => raw(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
const status = (answer) => Number(answer.slice(9, 12));

test("it serves the page, with a strict policy", async () => {
  const answer = await ask("/");
  assert.equal(status(answer), 200);
  assert.match(answer, /Content-Security-Policy: default-src 'none'/);
  assert.match(answer, /nosniff/);
  assert.match(answer, /<title>front/);
  assert.equal((await ask("/large.js")).split("\r\n\r\n")[1].length, 3_000_000);
});

test("HEAD has no body, other methods are refused", async () => {
  assert.equal((await ask("/", undefined, "HEAD")).split("\r\n\r\n")[1], "");
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) assert.equal(status(await ask("/", undefined, method)), 405);
});

test("only known hosts are answered", async () => {
  for (const host of ["localhost", `localhost:${server.port}`, "127.0.0.1", "pages.example", `[::1]:${server.port}`]) assert.equal(status(await ask("/", host)), 200, host);
  for (const host of ["evil.example", `evil.example:${server.port}`, "localhost:1", "", "127.0.0.1.evil.example"]) assert.equal(status(await ask("/", host)), 421, host);
  assert.equal(status(await raw("GET / HTTP/1.1\r\n\r\n")), 421);
  assert.equal(status(await raw("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")), 421);
});

test("no path leaves the folder, and no link is followed", async () => {
  for (const path of ["/../etc/passwd", "/..%2fetc/passwd", "/%2e%2e/etc/passwd", "//etc/passwd", "/.secret", "/a/b.js", "/linked.html", "/..", "/index.html/", "\\..\\x", "/index.html%00"])
    assert.equal(status(await ask(path)), 404, path);
  assert.equal(status(await ask("/index.html?query#part")), 200);
});

test("what is no request is refused, and what is too long", async () => {
  for (const bytes of ["nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / FTP/1.0\r\nHost: localhost\r\n\r\n", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\0\r\n\r\n"]) assert.equal(status(await raw(bytes)), 400, JSON.stringify(bytes));
  assert.equal(status(await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(9000)}`)), 431);
});

test("silent and slow clients in number keep nobody else out", async () => {
  const silent = Array.from({ length: 100 }, () => net.connect(server.port, "127.0.0.1"));
  silent.forEach((s) => s.on("error", () => {}));
  await Promise.all(silent.map((s) => new Promise((take) => { s.on("connect", take); s.on("close", take); })));
  silent.slice(0, 50).forEach((s) => s.write("GET / HT"));
  assert.equal(status(await ask("/")), 200);
  silent.forEach((s) => s.destroy());
});

test("clients that go away in the middle do no harm", async () => {
  for (let i = 0; i < 20; i++)
    await new Promise((take) => {
      const socket = net.connect(server.port, "127.0.0.1", () => { socket.write("GET /large.js HTTP/1.1\r\nHost: localhost\r\n\r\n"); socket.once("data", () => { socket.destroy(); take(); }); });
      socket.on("error", take);
    });
  assert.equal(status(await ask("/")), 200);
});

test("it listens where only this machine reaches it", async () => {
  assert.equal(new URL(server.url).hostname, "127.0.0.1");
});
