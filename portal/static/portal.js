/* What a script adds to pages that work without one: leaving quickly, suggestions in the address field, the reader's
   location, reading aloud. One file for every page. Written so that a telephone of 2017 understands it; nothing is kept
   on the device, and nothing typed, no location and no text to be read leaves it. */
(function () {
  "use strict";
  var stopReading = function () {};

  function each(list, action) {
    Array.prototype.forEach.call(list, action);
  }

  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  /* Leave quickly ------------------------------------------------------------------------------------------------ */

  /* Takes the page out of sight at once, and out of the history, so that Back does not lead to it. */
  function leaving(link) {
    var presses = 0;
    var last = 0;

    function leave() {
      // The other page may take its time; this one is gone before, and silent.
      document.documentElement.hidden = true;
      document.title = "";
      stopReading();
      location.replace(link.href);
    }

    link.addEventListener("click", function (event) {
      event.preventDefault();
      leave();
    });

    // Shift alone does nothing anywhere, and no screen reader waits for it; whoever types capitals presses others between.
    document.addEventListener("keyup", function (event) {
      var now = Date.now();
      presses = event.key !== "Shift" ? 0 : now - last > 2000 ? 1 : presses + 1;
      last = now;
      if (presses === 3) leave();
    });
    document.querySelector("[data-leave-key]").hidden = false;
  }

  /* Names -------------------------------------------------------------------------------------------------------- */

  /* The folding of the lookup (search/address.py), for what is looked for while it is typed. */
  var SHORT = { sankt: "st", skt: "st", gr: "gros", kl: "klein" };

  function fold(text, isTyped) {
    var words = text
      .toLowerCase()
      .replace(/[٠-٩۰-۹]/g, function (digit) { return digit.charCodeAt(0) & 15; })
      .replace(/ß/g, "ss").replace(/ł/g, "l").replace(/ı/g, "i").replace(/ø/g, "o")
      .normalize("NFD").replace(/[\u0300-\u036f'’\u00ad\u200b-\u200f\u2060]/g, "")
      .split(/[\s.,()\/‐–-]+/).filter(Boolean);
    var key = words.map(function (word, at) {
      // The last word may go on.
      return (isTyped && at === words.length - 1 ? "" : SHORT[word]) || word;
    }).join("").replace(/([aou])e/g, "$1").replace(/ss+/g, "s").replace(/strase/g, "str");
    return isTyped ? key.replace(/(.str)as?$/, "$1") : key;
  }

  /* Names typed in other scripts are compared by the few consonants that all of them tell apart. */
  var SOUNDS = {};
  function sounds(letters, sound) {
    letters.split("").forEach(function (letter) { SOUNDS[letter] = sound; });
  }
  sounds("bpбпبپ", "p");
  sounds("dtдтتطدضث", "t");
  sounds("gkqcгґкقغجگكک", "k");
  sounds("szßсзцшщчжسزصظشچژذ", "s");
  sounds("mмم", "m");
  sounds("nнن", "n");
  sounds("lлل", "l");
  sounds("rрر", "r");
  /* The Ethiopic syllables by their rows of eight. */
  var ETHIOPIC = ".l.msrsskkkkp.ts..nn.kk....ss.ttkkkktspss.p";

  function isForeign(text) {
    return /[\u0400-\u052f\u0600-\u06ff\u1200-\u137f]/.test(text);
  }

  function sound(text) {
    var bare = text.toLowerCase().replace(/t?sch|[tт][szсзцшч]|ت[سزش]/g, "s").replace(/ch(?=s)/g, "k").replace(/ch/g, "h")
      .replace(/x/g, "ks").replace(/[^a-zäöüß\u0400-\u137f]/g, "");
    return bare.split("").map(function (letter, at) {
      var row = (letter.charCodeAt(0) - 0x1200) >> 3;
      // A name that begins with none of them is told from one that does.
      return (row >= 0 ? ETHIOPIC.charAt(row).replace(".", "") : SOUNDS[letter]) || (at ? "" : "a");
    }).join("").replace(/(.)\1+/g, "$1");
  }

  /* Each beginning at which somebody may begin to type a name. */
  function beginnings(name, key) {
    var words = name.split(/[\s()\/-]+/).filter(Boolean);
    return words.map(function (word, at) { return key(words.slice(at).join(" ")); });
  }

  /* 0 where a name begins so, 1 where another word of it does, -1 elsewhere. */
  function match(keys, typed) {
    for (var at = 0; at < keys.length; at++) if (keys[at].indexOf(typed) === 0) return at ? 1 : 0;
    return -1;
  }

  /* Suggestions -------------------------------------------------------------------------------------------------- */

  var MOST = 8;

  /* An editable combobox with a list (ARIA Authoring Practices). `names` is what on_device.names says. */
  function suggesting(form) {
    var input = form.querySelector("input[name=address]");
    var list = form.querySelector("[role=listbox]");
    var status = form.querySelector("[data-status]");
    var places = [];
    var streets = [];
    var options = [];
    var active = -1;

    function read(names) {
      places = names.places.map(function (row) {
        var writings = [row[0]].concat((row[3] || "").split("|").filter(Boolean));
        var codes = (row[1] || "").split(" ").filter(Boolean);
        var keys = [];
        var heard = [];
        writings.forEach(function (name) {
          keys = keys.concat(beginnings(name, fold));
          // The ch of "Echem", and what others hear in it.
          ["ch", "k", "s"].forEach(function (ch) {
            if (ch === "ch" || /ch/.test(name)) heard = heard.concat(beginnings(name.replace(/([^s])ch/, "$1" + ch), sound));
          });
        });
        return {
          keys: keys,
          heard: heard,
          codes: codes,
          name: row[0],
          detail: (codes.join(", ") + " " + (row[2] || "")).trim(),
          // Of several postcodes nobody knows which; the name alone decides then.
          text: codes.length === 1 ? codes[0] + " " + row[0] : row[0]
        };
      });
      names.streets.forEach(function (row) {
        row[1].forEach(function (name) {
          streets.push({ keys: beginnings(name, fold), name: name, detail: row[0] });
        });
      });
      if (document.activeElement === input && input.value) show();
    }

    function found(text) {
      var comma = Math.max(text.lastIndexOf(","), text.lastIndexOf("،")) + 1;
      var before = text.slice(0, comma).trim();
      var rest = text.slice(comma).trim();
      // "Hauptstr. 4 Nee": a place follows a house number without a comma too.
      var parts = /^(.*\D\s\d{1,4}(?:\s?[a-z])?)\s+(\D.*|\d{3}.*)$/i.exec(rest);
      if (parts) {
        before = (before + " " + parts[1]).trim() + ",";
        rest = parts[2];
      }
      var code = (/^\d{3,5}/.exec(fold(rest)) || [""])[0];
      var name = code ? rest.replace(/^\S+\s*/, "") : rest;
      var ranked = placesNamed(name, code).map(function (each) {
        return { rank: each.rank, name: each.place.name, detail: each.place.detail, text: (before + " " + each.place.text).trim() };
      });
      if (!before && !code) ranked = ranked.concat(streetsNamed(rest));
      ranked.sort(function (a, b) { return a.rank - b.rank || a.at - b.at; });
      return ranked.slice(0, MOST);
    }

    function placesNamed(name, code) {
      var typed = fold(name, true);
      var foreign = isForeign(name);
      // The first г of a Cyrillic name may stand for an h.
      var heard = foreign ? [sound(name), sound(name.replace(/[гґ]/i, "х"))] : [];
      var ranked = [];
      if (name ? name.length < 2 : !code) return ranked;
      places.forEach(function (place) {
        var rank = 0;
        if (code && !place.codes.some(function (each) { return each.indexOf(code) === 0; })) return;
        if (foreign) {
          rank = Math.max(match(place.heard, heard[0]), match(place.heard, heard[1]));
          // Whoever has typed the whole name sees it first.
          if (rank >= 0 && heard.indexOf(place.heard[0]) < 0) rank += 1;
        } else if (typed) {
          rank = match(place.keys, typed);
          if (rank === 0 && place.keys[0] !== typed) rank = 0.5;
        }
        if (rank >= 0) ranked.push({ rank: rank, place: place });
      });
      return ranked;
    }

    function streetsNamed(text) {
      var parts = /^(\D{2,}?)\s*(\d{1,4}(?:\s?[a-z])?)?$/i.exec(text);
      var typed = parts ? fold(parts[1], true) : "";
      var number = parts && parts[2] ? " " + parts[2] : "";
      var ranked = [];
      if (typed.length < 2) return ranked;
      streets.forEach(function (street) {
        var rank = match(street.keys, typed);
        if (rank < 0) return;
        ranked.push({
          rank: rank + (street.keys[0] === typed ? 0.6 : 0.7),
          name: street.name + number,
          detail: street.detail,
          text: street.name + number + ", " + street.detail
        });
      });
      return ranked;
    }

    function show() {
      options = found(input.value);
      // What is there already need not be offered.
      if (options.some(function (option) { return option.text === input.value.trim(); })) options = [];
      list.textContent = "";
      options.forEach(function (option, at) {
        var item = make("li");
        var name = make("bdi", "", option.name);
        var detail = make("bdi", "option-space", option.detail);
        item.id = "address-option-" + at;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        // German in every language.
        [name, detail].forEach(function (part) { part.lang = "de"; part.dir = "ltr"; });
        item.appendChild(name);
        item.appendChild(document.createTextNode(" "));
        item.appendChild(detail);
        list.appendChild(item);
      });
      turn(-1);
      open(options.length > 0);
      status.textContent = options.length ? list.getAttribute("aria-label") + ": " + options.length : "";
    }

    function open(isOpen) {
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) turn(-1);
    }

    function turn(to) {
      active = to;
      each(list.children, function (item, at) { item.setAttribute("aria-selected", String(at === to)); });
      if (to < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", list.children[to].id);
      if (list.children[to].scrollIntoView) list.children[to].scrollIntoView({ block: "nearest" });
    }

    function pick(at) {
      input.value = options[at].text;
      open(false);
      status.textContent = "";
      input.focus();
    }

    function step(by) {
      if (list.hidden) show();
      if (!options.length) return;
      turn(active < 0 && by < 0 ? options.length - 1 : (active + by + options.length) % options.length);
    }

    function onKey(event) {
      var isOpen = !list.hidden;
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!event.altKey) step(event.key === "ArrowDown" ? 1 : -1);
        else if (event.key === "ArrowUp") open(false);
        else show();
      } else if (event.key === "Enter" && isOpen && active >= 0) {
        pick(active);
      } else if (event.key === "Escape" && isOpen) {
        // With the list closed it would empty the field; what somebody typed with care is not lost by a key.
        open(false);
      } else {
        // Home, End and the arrows along the line move in the field; so does Tab, out of it.
        if (event.key === "Tab") open(false);
        else if (/^(Home|End|Arrow)/.test(event.key)) turn(-1);
        return;
      }
      event.preventDefault();
    }

    function load() {
      input.removeEventListener("focus", load);
      fetch(form.getAttribute("data-names")).then(function (response) {
        return response.ok ? response.json() : Promise.reject();
      }).then(read).catch(function () {
        // Without suggestions the field works as ever.
      });
    }

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("focus", load);
    input.addEventListener("input", show);
    input.addEventListener("keydown", onKey);
    // The field keeps the focus.
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var item = event.target.closest("li");
      if (item) pick(Array.prototype.indexOf.call(list.children, item));
    });
    // After the click, or what is clicked would move away under the finger.
    document.addEventListener("click", function (event) {
      if (!input.parentNode.contains(event.target)) open(false);
    });
    form.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !form.contains(event.relatedTarget)) open(false);
    });
    if (document.activeElement === input) load();
  }

  /* Location ----------------------------------------------------------------------------------------------------- */

  /* Kilometres for a degree of latitude; so near to a border both sides are offered, and what is vaguer is no help. */
  var DEGREE = 111.2;
  var NEAR = 1;
  var VAGUEST = 3;

  function isInside(rings, x, y) {
    var inside = false;
    rings.forEach(function (ring) {
      ring.forEach(function (to, at) {
        var from = ring[(at || ring.length) - 1];
        if ((from[1] > y) !== (to[1] > y) && x < (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1]) + from[0]) inside = !inside;
      });
    });
    return inside;
  }

  function distance(rings, x, y) {
    var least = Infinity;
    rings.forEach(function (ring) {
      ring.forEach(function (to, at) {
        var from = ring[(at || ring.length) - 1];
        var dx = to[0] - from[0];
        var dy = to[1] - from[1];
        var share = Math.max(0, Math.min(1, ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1)));
        least = Math.min(least, Math.hypot(x - from[0] - share * dx, y - from[1] - share * dy));
      });
    });
    return least;
  }

  /* The areas at a position, the one around it first, then those whose border is near. */
  function around(map, position) {
    var west = map.bounds[0];
    var south = map.bounds[1];
    var height = map.bounds[3] - south;
    var x = (position.longitude - west) / (map.bounds[2] - west) * map.width;
    var y = (map.bounds[3] - position.latitude) / height * map.height;
    var reach = (NEAR + position.accuracy / 1000) / (height * DEGREE) * map.height;
    return map.areas.map(function (area) {
      return { area: area, far: isInside(area.rings, x, y) ? -1 : distance(area.rings, x, y) };
    }).filter(function (each) { return each.far <= reach; }).sort(function (a, b) { return a.far - b.far; });
  }

  function locating(box) {
    var button = box.querySelector("button");
    var answer = box.querySelector("[role=status]");
    var slow;

    function say(what) {
      clearTimeout(slow);
      answer.textContent = "";
      answer.appendChild(make("p", "", box.getAttribute("data-" + what)));
    }

    function offer(map, near) {
      var list = make("ul", "plain");
      var credit = make("p", "aside", map.credit.text + ", ");
      var licence = make("a", "", map.credit.licence);
      say(near.length > 1 || near[0].far >= 0 ? "border" : "here");
      near.forEach(function (each) {
        var item = make("li");
        var name = make(each.area.url ? "a" : "strong", "", each.area.name);
        name.lang = "de";
        name.dir = "ltr";
        if (each.area.url) name.href = each.area.url;
        item.appendChild(name);
        list.appendChild(item);
      });
      licence.href = map.credit.url;
      credit.appendChild(licence);
      answer.appendChild(list);
      answer.appendChild(make("p", "", box.getAttribute("data-decides")));
      answer.appendChild(credit);
    }

    function locate() {
      var map = fetch(box.getAttribute("data-areas")).then(function (response) {
        return response.ok ? response.json() : Promise.reject(response);
      });
      var position = new Promise(function (resolve, reject) {
        navigator.geolocation.getCurrentPosition(resolve, reject, { timeout: 30000, maximumAge: 60000 });
      });
      say("waiting");
      slow = setTimeout(function () { say("slow"); }, 10000);
      Promise.all([map, position]).then(function (got) {
        var place = got[1].coords;
        var near = place.accuracy > VAGUEST * 1000 ? null : around(got[0], place);
        if (near && near.length) offer(got[0], near);
        else say(near ? "outside" : "failed");
      }).catch(function (error) {
        say(error && error.code === 1 ? "denied" : "failed");
      });
    }

    button.addEventListener("click", locate);
    box.hidden = false;
  }

  /* Reading aloud ------------------------------------------------------------------------------------------------ */

  var READ = "h1,h2,h3,h4,p,li,dt,dd,th,td,blockquote";
  var NOT_READ = "form,nav,figure,.leave,.aside,.feedback,.aloud,.for-ears,[hidden],[aria-hidden=true]";
  /* Other names of languages of which a device may have a voice. */
  var VOICES = { kmr: ["kmr", "ku"], prs: ["prs", "fa"] };

  function languageOf(element) {
    var speaker = element.closest("[lang]");
    return speaker ? speaker.lang.split("-")[0] : "";
  }

  /* A voice that the device has itself; any other would send the text to somebody. */
  function voiceFor(language) {
    var wanted = VOICES[language] || [language];
    return speechSynthesis.getVoices().filter(function (voice) {
      return voice.localService && wanted.indexOf(voice.lang.split(/[-_]/)[0].toLowerCase()) >= 0;
    })[0];
  }

  /* The text of a block without that of the blocks in it, in pieces of one language. A name in a language without a
     voice is read by the voice around it. */
  function spokenParts(block) {
    var parts = [];
    var around = languageOf(block);
    (function collect(node) {
      each(node.childNodes, function (child) {
        var last = parts[parts.length - 1];
        var language;
        if (child.nodeType === 3) {
          language = languageOf(child.parentNode);
          if (!voiceFor(language)) language = around;
          if (last && (last.language === language || !child.data.trim())) last.text += child.data;
          else if (child.data.trim()) parts.push({ language: language, text: child.data });
        } else if (child.nodeType === 1 && !child.matches(READ) && !child.matches(NOT_READ)) collect(child);
      });
    })(block);
    return parts;
  }

  function reading(box) {
    var start = box.querySelector("[data-start]");
    var stop = box.querySelector("[data-stop]");
    var status = box.querySelector("[role=status]");
    var queue = [];
    var at = 0;
    // Kept, since browsers forget an utterance that nobody holds, and never say that it ended.
    var current = null;

    function words() {
      var is = { queue: [], skipped: false };
      each(document.querySelectorAll("#main " + READ.split(",").join(",#main ")), function (block) {
        if (block.closest(NOT_READ) || !block.getClientRects().length) return;
        spokenParts(block).forEach(function (part) {
          if (voiceFor(part.language)) is.queue.push({ block: block, text: part.text, language: part.language });
          else is.skipped = true;
        });
      });
      return is;
    }

    function mark(block) {
      each(document.querySelectorAll(".is-read"), function (each) { each.classList.remove("is-read"); });
      if (!block) return;
      block.classList.add("is-read");
      var seen = block.getBoundingClientRect();
      if (seen.top < 80 || seen.bottom > innerHeight) block.scrollIntoView({ block: "center" });
    }

    function hush() {
      // First, so that what ends now is not taken for the end of its piece.
      current = null;
      speechSynthesis.cancel();
    }

    function next() {
      var piece = queue[at];
      if (!piece) return end();
      mark(piece.block);
      current = new SpeechSynthesisUtterance(piece.text.replace(/\s+/g, " ").trim());
      current.voice = voiceFor(piece.language);
      current.lang = current.voice.lang;
      current.onend = current.onerror = function (event) {
        if (event.target !== current) return;
        at += 1;
        next();
      };
      speechSynthesis.speak(current);
    }

    function end() {
      hush();
      queue = [];
      mark(null);
      status.textContent = "";
      start.textContent = start.getAttribute("data-start");
      stop.hidden = true;
    }

    function press() {
      var is;
      if (current) {
        // Many telephones cannot pause: the piece begins again afterwards.
        hush();
        start.textContent = start.getAttribute("data-continue");
        return;
      }
      if (!queue.length) {
        is = words();
        queue = is.queue;
        at = 0;
        status.textContent = is.skipped ? status.getAttribute("data-skipped") : "";
      }
      start.textContent = start.getAttribute("data-pause");
      stop.hidden = false;
      next();
    }

    function offer() {
      var prose = document.querySelector("#main .prose p, #main .prose li") || document.querySelector("#main h1");
      if (prose && voiceFor(languageOf(prose))) box.hidden = false;
    }

    stopReading = end;
    start.addEventListener("click", press);
    stop.addEventListener("click", function () {
      end();
      start.focus();
    });
    window.addEventListener("pagehide", end);
    // Some browsers know their voices late.
    if (speechSynthesis.addEventListener) speechSynthesis.addEventListener("voiceschanged", offer);
    offer();
  }

  /* What is on this page ------------------------------------------------------------------------------------------- */

  each(document.querySelectorAll("[data-leave]"), leaving);
  // An older browser has the page without the rest.
  if (!window.fetch || !window.Promise || !Element.prototype.closest || !String.prototype.normalize) return;
  each(document.querySelectorAll("form[data-names]"), suggesting);
  if (window.isSecureContext && navigator.geolocation) each(document.querySelectorAll("[data-areas]"), locating);
  if (window.speechSynthesis && window.SpeechSynthesisUtterance) each(document.querySelectorAll(".aloud"), reading);
})();
