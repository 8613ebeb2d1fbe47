// One page of a space, in any language, from the portal's interface alone: no build, no library.
// A reader's address, such as /ar/sozialraeume/bardowick/, is all that has to be known.

const root = document.documentElement;
const asked = new URLSearchParams(location.search);
const api = (asked.get("api") ?? root.dataset.api).replace(/\/$/, "");

/** JSON from the portal. Throws an Error with the reply's status where there is none. */
async function get(address) {
  const reply = await fetch(new URL(address, api), { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!reply.ok) throw Object.assign(new Error(reply.statusText), { status: reply.status });
  return reply.json();
}

/** An element with attributes and what stands in it: texts and elements; whatever is empty is left out. */
function el(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) if (value) made.setAttribute(key, value);
  made.append(...inside.flat().filter((part) => part !== null && part !== undefined && part !== ""));
  return made;
}

const all = await (await fetch("labels.json")).json();
let words; // the labels in the reader's language
let language; // the reader's
const said = (key, values = {}) => words[key].replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** How something is marked that is in this language; not at all where that is the reader's own. */
const spoken = (code) => (code && code !== language ? { lang: code, dir: all[code]?.direction ?? "ltr" } : {});
/** A proper name: German in every language. */
const named = (name) => (name ? el("bdi", spoken("de"), name) : null);

const written = (options, at) =>
  new Intl.DateTimeFormat([language, "de"], { ...options, numberingSystem: "latn", timeZone: "Europe/Berlin" }).format(at);
const day = (at) => written({ weekday: "long", day: "numeric", month: "long" }, new Date(at));
const date = (at) => written({ day: "numeric", month: "long", year: "numeric" }, new Date(at));
const clock = (at) => written({ hour: "2-digit", minute: "2-digit", hour12: false }, new Date(at));

/** The portal's HTML. It holds headings, paragraphs, lists, bold words and links, as editors write them; the addresses
 *  of pages are paths, here of this front-end. */
function prose(html, code) {
  const made = el("div", spoken(code));
  made.innerHTML = html;
  for (const link of made.querySelectorAll("a[href^='/']")) link.href = addressOf(link.getAttribute("href"));
  return made;
}

/** Where a page of the portal is here: only pages of spaces are; all others are the portal's own. */
function addressOf(path) {
  if (!/^\/[^/]+\/[^/]+\/[^/]+\/$/.test(path)) return new URL(path, api).href;
  const here = new URLSearchParams({ path });
  if (asked.has("api")) here.set("api", asked.get("api"));
  return `?${here}`;
}

/** What a reader has to know of the words: where they are not the original and nobody vouches for them. */
function notice({ states, language: code, original_changed, translated }) {
  const sentences = states
    .filter((state) => state !== "original" && state !== "current")
    .map((state) =>
      state === "older"
        ? said("older", { changed: date(original_changed), translated: date(translated) })
        : said(state === "machine" && code === "de-simple" ? "simple" : state),
    );
  return sentences.length ? el("div", { class: "note" }, sentences.map((sentence) => el("p", {}, sentence))) : null;
}

function block({ type, id, value, original }, of) {
  if (type === "text") return prose(value, of.language);
  const isGerman = of.untranslated.includes(`body.${id}.heading`);
  return el(
    "section",
    { class: "note" },
    value.heading ? el("h2", spoken(isGerman ? "de" : of.language), value.heading) : null,
    prose(value.text, of.language),
    original
      ? el("div", { class: "original" }, el("p", {}, said("original")), named(original.heading), prose(original.text, "de"))
      : null,
  );
}

const badge = (state) => (state === "confirmed" ? null : el("span", { class: "badge" }, said(state)));

/** Whether it is open now, and until when; nothing that nobody confirmed without saying so. */
function openNow(hours) {
  if (!hours) return el("p", {}, el("strong", {}, said("hoursUnknown")));
  const { open, until, ways, reason } = hours.now;
  const how = ways.includes("walk_in") ? "open" : ways.includes("appointment") ? "openByAppointment" : "openByPhone";
  const next = until ? said(open ? "until" : "opens", { day: day(until), time: clock(until) }) : "";
  return el(
    "p",
    { class: "open-now" },
    el("strong", {}, said(open ? how : "shut")), reason && !open ? ` (${reason})` : "", next ? ` · ${next} ` : " ",
    badge(hours.state),
  );
}

function week(hours) {
  const rows = hours.week.map((row) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, day(`${row.day}T12:00:00Z`)),
      el(
        "td",
        {},
        row.spans.map((span) =>
          el("span", { class: "line" }, el("bdi", {}, `${span.opens}–${span.closes}`), ` ${said(span.way)}`),
        ),
        row.spans.length ? null : said("closed"),
        row.reason ? el("span", { class: "line hint" }, row.reason) : null,
      ),
    ),
  );
  return el("table", {}, el("caption", {}, said("week"), " ", badge(hours.state)), el("tbody", {}, rows));
}

function office(fact) {
  const place = [fact.street && `${fact.street} ${fact.house_number}`.trim(), `${fact.postcode} ${fact.place}`.trim()];
  // Nothing that is an example may become a link that dials or writes.
  const link = (scheme, text) =>
    !text ? said("unknown") : fact.state === "example" ? el("bdi", {}, text) : el("a", { href: `${scheme}:${text.replaceAll(" ", "")}`, dir: "ltr" }, text);
  return el(
    "article",
    { class: "card" },
    el("h2", {}, named(fact.name)),
    openNow(fact.hours),
    el(
      "dl",
      {},
      el("dt", {}, said("address")),
      el("dd", {}, place.filter(Boolean).length ? place.filter(Boolean).map((line) => el("span", { class: "line" }, named(line))) : said("unknown")),
      el("dt", {}, said("telephone")),
      el("dd", {}, link("tel", fact.telephone)),
      fact.email ? [el("dt", {}, said("email")), el("dd", {}, link("mailto", fact.email))] : null,
    ),
    fact.hours ? week(fact.hours) : null,
    fact.state === "confirmed" ? null : el("p", { class: "hint" }, badge(fact.state), " ", fact.state === "example" ? said("madeUp") : named([fact.source, fact.as_of].filter(Boolean).join(", "))),
  );
}

function choice(translations) {
  const links = translations.map(({ code, url }) =>
    el("li", {}, el("a", { ...spoken(code), hreflang: code, href: addressOf(new URL(url).pathname), "aria-current": code === language && "page" }, all[code].name)),
  );
  document.querySelector("#languages").replaceChildren(el("ul", { "aria-label": said("languages") }, links));
}

function show(page, space) {
  const of = page.meta.translation;
  const own = (place) => spoken(of.untranslated.includes(place) ? "de" : of.language);
  document.title = page.title;
  document.querySelector("#page").replaceChildren(
    ...[
      el("h1", own("title"), page.title),
      page.lead ? el("p", { class: "lead", ...own("lead") }, page.lead) : null,
      notice(of),
      ...(space?.offices ?? []).map(office),
      space && !space.offices.length ? el("p", { class: "note" }, said("unknownOffice")) : null,
      space?.run_by ? el("p", {}, `${said("runBy")}: `, named(space.run_by.provider.name), " ", badge(space.run_by.state)) : null,
      ...(page.body ?? []).map((one) => block(one, of)),
    ].filter(Boolean),
  );
}

function speak(code, direction) {
  language = code in all ? code : "de";
  words = all[language];
  root.lang = language;
  root.dir = direction ?? words.direction;
}

/** The page at an address of the portal. */
async function open(path) {
  speak(path.split("/")[1]);
  const found = await get(`/api/v1/resolve/?${new URLSearchParams({ path })}`);
  if (!found.page) return location.replace(found.redirect_to);
  // An address that the page had once: from here on its new one.
  if (found.redirect_to) history.replaceState(null, "", addressOf(found.path));
  speak(found.language, found.direction);
  choice(found.translations);
  const page = await get(found.page.detail_url);
  show(page, page.space ? await get(`${page.space.url}?${new URLSearchParams({ lang: language })}`) : null);
}

/** What an editor of the portal is writing, by the token that the portal's preview hands over. */
async function preview() {
  const token = new URLSearchParams({ content_type: asked.get("content_type"), token: asked.get("token") });
  const page = await get(`/api/v2/page_preview/?${token}`);
  speak(page.meta.locale);
  show(page, page.space ? await get(`${page.space.url}?${new URLSearchParams({ lang: language })}`) : null);
}

const main = document.querySelector("#page");
try {
  await (asked.has("token") ? preview() : open(asked.get("path") ?? root.dataset.path));
} catch (error) {
  if (!words) speak("de");
  main.replaceChildren(el("h1", {}, said(error.status === 404 ? "noPage" : "failed")));
  document.title = main.textContent;
} finally {
  main.removeAttribute("aria-busy");
}
