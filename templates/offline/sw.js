/* Shows what a reader has saved where a page cannot be loaded. Registered only by whoever presses "Save on this phone".
   It keeps one document with its files, and nothing else: no page that was read, nothing that was typed.
   Version: {{ version }} */
"use strict";
const CACHE = "offline";
const LANGUAGES = {{ languages|safe }};
const DAY = 24 * 60 * 60 * 1000;
// Longer than this nobody waits for a page that is there already; milliseconds.
const PATIENCE = 5000;

function languageOf(path) {
  const first = path.split("/")[1];
  return LANGUAGES.includes(first) ? first : "";
}

/* The saved document, {path, response}; null where nothing is saved. Does not make an empty cache. */
async function saved() {
  if (!(await caches.has(CACHE))) return null;
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    if (languageOf(path)) return { path, response: await cache.match(request) };
  }
  return null;
}

/* Fetches the document at this path with its files, and puts it in the place of what was saved; all of it or nothing. */
async function save(path, isAsked) {
  const options = { cache: "no-store", credentials: "omit", redirect: "error" };
  const answer = await fetch(path, options);
  const text = await answer.text();
  const named = text.match(/ data-files="([^"]*)"/);
  if (!answer.ok || !named || /no-store/.test(answer.headers.get("Cache-Control"))) throw new Error("no document");
  const files = await Promise.all(named[1].split(" ").map(async (file) => {
    const response = await fetch(file, options);
    if (!response.ok) throw new Error("no file");
    return [file, response];
  }));
  // Somebody may have removed it meanwhile.
  if (!isAsked && !(await saved())) return;
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("X-Saved", String(Date.now()));
  const cache = await caches.open(CACHE);
  for (const [file, response] of files) await cache.put(file, response);
  await cache.put(path, new Response(text, { headers }));
  const kept = [path, ...files.map(([file]) => file)];
  for (const request of await cache.keys()) {
    if (!kept.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
}

async function renew(isDue) {
  const found = await saved();
  if (!found) return;
  const age = Math.abs(Date.now() - Number(found.response.headers.get("X-Saved")));
  // What is there stays, should this fail.
  if (isDue || age > DAY) await save(found.path, false).catch(() => undefined);
}

/* The page itself; where it does not come, or not soon, the saved document in the same language. */
async function page(event) {
  const request = event.request;
  const loading = fetch(request);
  loading.catch(() => undefined);
  const waiting = [loading];
  if (request.method === "GET") {
    waiting.push(new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE)));
  }
  try {
    const response = await Promise.race(waiting);
    event.waitUntil(renew(false));
    return response;
  } catch (late) {
    const found = await saved();
    const language = languageOf(new URL(request.url).pathname);
    return found && languageOf(found.path) === language ? found.response : loading;
  }
}

/* A file's name changes with its content, so a saved one is as good as the server's. */
async function file(request) {
  const kept = (await caches.has(CACHE)) && (await (await caches.open(CACHE)).match(request));
  return kept || fetch(request);
}

self.addEventListener("install", () => self.skipWaiting());
// A new version of the portal has new words and files.
self.addEventListener("activate", (event) => event.waitUntil(renew(true)));

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && languageOf(url.pathname)) event.respondWith(page(event));
  else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

self.addEventListener("message", (event) => {
  const answer = (done) => event.ports[0].postMessage(done);
  event.waitUntil(save(event.data, true).then(() => answer(true), () => answer(false)));
});
