/* Checks a receipt 回执 against the board's signed checkpoint, on this device: no server is asked.
   Forms: coordination/ballots/README.md. RFC 6962 tree, C2SP signed note, Ed25519. */
(function () {
  "use strict";
  var ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

  function unhex(text) {
    return Uint8Array.from(text.match(/../g) || [], function (pair) { return parseInt(pair, 16); });
  }
  function hex(bytes) {
    return Array.from(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }
  function unbase64(text) {
    return Uint8Array.from(atob(text), function (sign) { return sign.charCodeAt(0); });
  }
  function utf8(text) { return new TextEncoder().encode(text); }
  function joined() {
    var parts = Array.from(arguments), at = 0;
    var all = new Uint8Array(parts.reduce(function (sum, part) { return sum + part.length; }, 0));
    parts.forEach(function (part) { all.set(part, at); at += part.length; });
    return all;
  }
  async function sha256() {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", joined.apply(null, arguments)));
  }

  function codeOf(tracker) {  // the first 39 bits, base 31
    var number = parseInt(tracker.slice(0, 10), 16), letters = "";
    number = Math.floor(number / 2);
    for (var n = 0; n < 8; n++) {
      letters = ALPHABET[number % 31] + letters;
      number = Math.floor(number / 31);
    }
    return letters;
  }
  async function rootFrom(tracker, board) {  // RFC 9162, 2.1.3.2; null: not a proof of this length
    var place = board.index, last = board.size - 1, steps = board.proof.slice();
    if (!(place >= 0 && place <= last)) return null;
    var found = await sha256([0], unhex(tracker));
    for (; last > 0; place = Math.floor(place / 2), last = Math.floor(last / 2)) {
      if (place % 2 === 0 && place === last) continue;
      if (!steps.length) return null;
      var step = unhex(steps.shift());
      found = place % 2 ? await sha256([1], step, found) : await sha256([1], found, step);
    }
    return steps.length ? null : found;
  }
  function readNote(text) {
    var cut = text.lastIndexOf("\n\n"), body = text.slice(0, cut + 1), lines = body.split("\n");
    return {
      body: body, origin: lines[0], size: Number(lines[1]), root: unbase64(lines[2]),
      signatures: text.slice(cut + 2).split("\n").filter(Boolean).map(function (line) {
        var words = line.split(" ");  // dash, name, key id and signature
        return { name: words[1], raw: unbase64(words[2]) };
      })
    };
  }
  async function signedBy(note, vkey) {  // true, false; null: this browser knows no Ed25519
    var parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey.replace(/[\s\u200b]/g, "")), raw = unbase64(parts[3]);
    var id = hex((await sha256(utf8(parts[1] + "\n"), raw)).slice(0, 4));
    if (raw[0] !== 1 || raw.length !== 33 || id !== parts[2]) return false;
    var line = note.signatures.find(function (one) {
      return one.name === parts[1] && hex(one.raw.slice(0, 4)) === id;
    });
    if (!line) return false;
    var key;
    try {
      key = await crypto.subtle.importKey("raw", raw.slice(1), { name: "Ed25519" }, false, ["verify"]);
    } catch (unknown) { return null; }
    return crypto.subtle.verify({ name: "Ed25519" }, key, line.raw.slice(4), utf8(note.body));
  }

  async function checked(receipt, vkey) {
    var cast = receipt.cast, board = receipt.board;
    if (!cast || !board) return [["这份回执里没有票：它属于没有投票的表决权", null]];
    var note = readNote(board.checkpoint), root = await rootFrom(cast.tracker, board);
    var who = await sha256(unhex(receipt.salt), utf8(String(receipt.right)));
    var signed = await signedBy(note, vkey);
    return [
      ["回执码由追踪码算出", codeOf(cast.tracker) === cast.code],
      ["票箱里的代号由您的票权编号和盐算出", hex(who) === receipt.who],
      ["检查点属于这次表决的公示票箱", note.origin === "coordination/board/" + receipt.poll],
      ["您的票是公示票箱里的第 " + board.index + " 张：从它能算到检查点的树根",
        note.size === board.size && root !== null && hex(root) === hex(note.root)],
      signed === null
        ? ["这个浏览器还不会验证 Ed25519 签名，换一个新的浏览器可以核对签名", null]
        : ["检查点由公示票箱的钥匙签名", signed]
    ];
  }
  async function told(receipt, vkey, list) {
    var lines;
    if (!window.crypto || !crypto.subtle) {
      lines = [["这个浏览器在此不能核对（需要 https，或把核对网页下载到本机打开）", null]];
    } else {
      try { lines = await checked(receipt, vkey); }
      catch (broken) { lines = [["回执或公钥读不懂：" + broken.message, false]]; }
    }
    var failed = lines.some(function (line) { return line[1] === false; });
    lines.push(failed ? ["请留好这份回执和投票公告，联系召集人或者任何一方见证人", null]
      : ["核对完毕，没有不相符的。要看选择有没有计对，等结果公布后用公示包复算", null]);
    lines.forEach(function (line) {
      var item = document.createElement("li");
      item.textContent = (line[1] === true ? "✓ 相符：" : line[1] === false ? "✗ 不相符：" : "") + line[0];
      list.append(item);
    });
  }

  document.querySelectorAll("[data-receipt]").forEach(function (place) {
    place.hidden = false;
    place.querySelector("button").onclick = function () {
      var list = place.querySelector("ul");
      list.replaceChildren();
      told(JSON.parse(place.dataset.receipt), place.dataset.vkey, list);
    };
  });
  var files = document.querySelector("input[data-receipts]");
  if (files) files.form.onsubmit = function (sent) {
    sent.preventDefault();
    var list = document.querySelector("#checked");
    list.replaceChildren();
    Array.from(files.files).forEach(async function (file) {
      var receipt;
      try { receipt = JSON.parse(await file.text()); } catch (broken) { receipt = {}; }
      told(receipt, files.form.elements.vkey.value, list);
    });
  };
})();
