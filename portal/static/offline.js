/* "Save on this phone": the page that saves, and the saved document. Nothing is kept before somebody presses the button,
   and what is typed into the saved document goes nowhere. */
(function () {
  "use strict";
  var CACHE = "offline";
  var DAY = 24 * 60 * 60 * 1000;
  var root = document.documentElement;
  var can = "serviceWorker" in navigator && "caches" in window;

  function each(selector, action, within) {
    Array.prototype.forEach.call((within || document).querySelectorAll(selector), action);
  }
  function one(selector, within) {
    return (within || document).querySelector(selector);
  }

  /* Takes the worker away, and then all that it kept, so that it cannot keep anything more in between. */
  function remove() {
    return navigator.serviceWorker.getRegistrations().then(function (all) {
      return Promise.all(all.map(function (registration) { return registration.unregister(); }));
    }).then(function () { return caches.delete(CACHE); });
  }

  // The page that saves ------------------------------------------------------------------------------------------

  function page(box) {
    var path = box.getAttribute("data-offline");

    function show(state, isAnswer) {
      each("[data-when]", function (part) {
        part.hidden = part.getAttribute("data-when").split(" ").indexOf(state) < 0;
      }, box);
      // The button that had the focus is gone.
      if (isAnswer) one("[data-status]", box).focus();
    }

    function find() {
      return caches.has(CACHE).then(function (has) {
        if (!has) return "ready";
        return caches.match(path, { cacheName: CACHE }).then(function (kept) { return kept ? "saved" : "other"; });
      });
    }

    /* Resolves when the worker is active; a new one may still be on its way. */
    function working(registration) {
      var worker = registration.installing || registration.waiting || registration.active;
      return new Promise(function (resolve, reject) {
        function look() {
          if (worker.state === "activated") resolve(worker);
          if (worker.state === "redundant") reject(new Error("redundant"));
        }
        worker.addEventListener("statechange", look);
        look();
      });
    }

    function save() {
      show("saving", true);
      navigator.serviceWorker.register(box.getAttribute("data-worker"), { scope: "/" }).then(working).then(function (worker) {
        return new Promise(function (resolve, reject) {
          var channel = new MessageChannel();
          channel.port1.onmessage = function (event) { if (event.data) resolve(); else reject(new Error("failed")); };
          worker.postMessage(path, [channel.port2]);
        });
      }).then(function () {
        show("saved", true);
      }).catch(function () {
        find().then(function (state) {
          // What was saved before stays.
          if (state !== "ready") return show("kept", true);
          return remove().then(function () { show("failed", true); });
        });
      });
    }

    one("[data-look]", box).href = path;
    one("[data-save]", box).addEventListener("click", save);
    one("[data-remove]", box).addEventListener("click", function () {
      remove().then(function () { show("removed", true); });
    });
    if (!can) return show("unsupported");
    find().then(function (state) { show(state); }, function () { show("unsupported"); });
  }

  // The saved document -------------------------------------------------------------------------------------------

  var LETTERS = { "ä": "a", "ö": "o", "ü": "u", "ß": "s", "ø": "o", "ł": "l", "ı": "i", "đ": "d", "æ": "a", "œ": "o" };
  var WORDS = { sankt: "st", skt: "st", gr: "gros", kl: "klein", strs: "str" };
  var DROPPED = /['’‘`´ʼ\u200B-\u200F\u202A-\u202E\u2060-\u206F\u00AD\uFEFF\u0640]/g;

  /* The key of a name, as `search.address.fold` makes it: without what people write differently. A letter that is none of
     ours stays, so that nothing is found. */
  function fold(text) {
    var plain = text.replace(DROPPED, "").normalize("NFKC").toLowerCase().replace(/[\u2010-\u2015]/g, "-");
    plain = plain.replace(/[^\x00-\x7F]/g, function (letter) { return LETTERS[letter] || letter; });
    plain = plain.normalize("NFKD").replace(/[\u0300-\u036F]/g, "");
    return (plain.match(/[a-z0-9\u0080-\uFFFF]+/g) || []).map(function (word) {
      word = word.replace(/ae/g, "a").replace(/oe/g, "o").replace(/ue/g, "u");
      word = word.replace(/ss/g, "s").replace(/ss/g, "s").replace(/strase/g, "str");
      return WORDS.hasOwnProperty(word) ? WORDS[word] : word;
    }).join("").replace(/ss/g, "s");
  }

  /* The id to which a key leads, among writings by id; undefined where it is not among them. */
  function among(groups, key) {
    return Object.keys(groups).filter(function (id) { return groups[id].indexOf(key) >= 0; })[0];
  }

  function saved() {
    var table = JSON.parse(one("#table").textContent);
    var made = Number(root.getAttribute("data-made"));
    var path = location.pathname;
    var isElsewhere = path !== root.getAttribute("data-document");

    function now() {
      // A clock that was put back says nothing about what has ended.
      one("[data-old]").hidden = Math.abs(Date.now() - made) <= DAY;
      one("[data-no-connection]").hidden = !isElsewhere && navigator.onLine;
    }

    function link(id, text) {
      var target = id && document.getElementById(id);
      if (!target) return null;
      var a = document.createElement("a");
      a.href = "#" + id;
      if (text) a.textContent = text;
      else a.innerHTML = one("h2, h3", target).innerHTML;
      return a;
    }

    function show(outcome, typed) {
      var shown;
      each("[data-outcome]", function (part) {
        part.hidden = part.getAttribute("data-outcome") !== outcome;
        if (!part.hidden) shown = part;
      });
      each("[data-typed]", function (part) { part.textContent = typed; }, shown);
      one("[data-result]").focus();
      return shown;
    }

    function answer(shown, id) {
      var place = one("[data-answer]", shown);
      place.textContent = "";
      place.appendChild(link(id) || document.createTextNode(place.getAttribute("data-answer")));
    }

    function find(typed) {
      var key = fold(typed);
      var ends = Number(root.getAttribute("data-table-ends"));
      if (ends && Date.now() >= ends) return show("ended", typed);
      var id = among(table.found, key);
      if (id) return answer(show("found", typed), id);
      if (table.choice.hasOwnProperty(key)) {
        var list = one("[data-options]", show("choice", typed));
        list.textContent = "";
        table.choice[key].forEach(function (option) {
          var item = document.createElement("li");
          var name = document.createElement("bdi");
          name.textContent = option[0];
          var a = link(option[1], option[0]);
          item.appendChild(a || name);
          if (!a) item.appendChild(document.createTextNode(" – " + list.getAttribute("data-elsewhere")));
          list.appendChild(item);
        });
        return undefined;
      }
      id = among(table.elsewhere, key);
      if (id !== undefined) return answer(show("elsewhere", typed), id);
      return show("unknown", typed);
    }

    one("[data-find]").addEventListener("submit", function (event) {
      event.preventDefault();
      find(one("#place").value.trim());
    });
    each("[data-again]", function (a) { a.href = path; });

    var removable = one("[data-removable]");
    if (can) caches.has(CACHE).then(function (has) { removable.hidden = !has; }, function () { return undefined; });
    one("[data-remove]").addEventListener("click", function () {
      remove().then(function () {
        removable.hidden = true;
        one("[data-removed]").hidden = false;
        one("[data-status]").focus();
      });
    });

    now();
    // Whoever comes back to an open page comes back later.
    document.addEventListener("visibilitychange", now);
    window.addEventListener("online", now);
    window.addEventListener("offline", now);
    if (isElsewhere && !location.hash) {
      var part = Array.prototype.filter.call(document.querySelectorAll("[data-path]"), function (each) {
        return each.getAttribute("data-path") === path;
      })[0];
      if (part) one("h2", part).focus();
      else if (path !== root.getAttribute("data-home")) one("[data-not-saved]").hidden = false;
    }
  }

  var box = one("[data-offline]");
  if (box) page(box);
  else if (one("#table")) saved();
})();
