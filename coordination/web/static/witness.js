/* A party's own key 见证钥匙 and its signatures, on this device alone: the private half goes into
   a file and, unreadable for scripts, into this browser; it is never sent. What was signed last is
   kept, and nothing is signed that does not extend it. Forms: coordination/ballots/README.md. */
(function () {
  "use strict";
  var PKCS8 = "302e020100300506032b657004220420", ED = { name: "Ed25519" };

  function unhex(text) {
    return Uint8Array.from(text.match(/../g) || [], function (pair) { return parseInt(pair, 16); });
  }
  function hex(bytes) {
    return Array.from(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }
  function unbase64(text) {
    return Uint8Array.from(atob(text), function (sign) { return sign.charCodeAt(0); });
  }
  function base64(bytes) { return btoa(String.fromCharCode.apply(null, bytes)); }
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

  // What is kept in this browser: keys by name, the last checkpoint by poll.
  function kept(mode, work) {
    return new Promise(function (done, fail) {
      var open = indexedDB.open("witness", 1);
      open.onupgradeneeded = function () {
        open.result.createObjectStore("keys");
        open.result.createObjectStore("seen");
      };
      open.onerror = function () { fail(new Error("这个浏览器不让网页保存资料（可能是无痕窗口）")); };
      open.onsuccess = function () {
        var all = open.result.transaction(["keys", "seen"], mode), asked = work(all);
        all.oncomplete = function () { open.result.close(); done(asked.result); };
        all.onabort = function () { fail(new Error("没有存下来")); };
      };
    });
  }
  function find(store, name) {
    return kept("readonly", function (all) { return all.objectStore(store).get(name); });
  }
  function keep(store, name, value) {
    return kept("readwrite", function (all) { return all.objectStore(store).put(value, name); });
  }

  async function keyId(name, kind, raw) {
    return (await sha256(utf8(name + "\n"), [kind], raw)).slice(0, 4);
  }
  async function named(raw) {
    var name = "coordination/witness/" + hex(await sha256(raw)).slice(0, 16);
    var id = await keyId(name, 4, raw);
    return { name: name, id: id, vkey: name + "+" + hex(id) + "+" + base64(joined([4], raw)) };
  }
  async function sign(key, text) {
    return new Uint8Array(await crypto.subtle.sign(ED, key, utf8(text)));
  }
  function imported(seed) {
    return crypto.subtle.importKey("pkcs8", joined(unhex(PKCS8), seed), ED, false, ["sign"]);
  }

  // Making a key, and the proof that this device holds it.
  async function make(body) {
    var pair = await crypto.subtle.generateKey(ED, true, ["sign", "verify"]);
    var raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    var seed = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)).slice(-32);
    var mine = await named(raw), key = await imported(seed);
    var proof = await sign(key, "coordination/witness-key/v1\n" + body + "\n" + mine.vkey + "\n");
    await keep("keys", mine.name, key);
    mine.proof = base64(proof);
    mine.file = "PRIVATE+KEY+" + mine.name + "+" + hex(mine.id) + "+" + base64(joined([4], seed)) + "\n";
    return mine;
  }
  function save(text, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  // Looking at a board, and comparing it with what was signed before.
  function Alarm(words) { this.message = words; }
  function readNote(text) {
    var cut = text.lastIndexOf("\n\n"), body = text.slice(0, cut + 1), lines = body.split("\n");
    if (cut < 0 || lines.length !== 4 || !/^[1-9][0-9]{0,14}$/.test(lines[1])) throw new Error("检查点读不懂");
    return {
      text: text, body: body, origin: lines[0], size: Number(lines[1]), root: hex(unbase64(lines[2])),
      signatures: text.slice(cut + 2).split("\n").filter(Boolean).map(function (line) {
        var words = line.split(" ");
        return { name: words[1], raw: unbase64(words[2]) };
      })
    };
  }
  async function isSigned(note, vkey) {
    var parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey), raw = unbase64(parts[3]);
    if (parts[1] !== note.origin || raw.length !== 33 || raw[0] !== 1) return false;
    if (hex(await keyId(parts[1], 1, raw.slice(1))) !== parts[2]) return false;
    var line = note.signatures.find(function (one) {
      return one.name === parts[1] && hex(one.raw.slice(0, 4)) === parts[2];
    });
    if (!line) return false;
    var key = await crypto.subtle.importKey("raw", raw.slice(1), ED, false, ["verify"]);
    return crypto.subtle.verify(ED, key, line.raw.slice(4), utf8(note.body));
  }
  async function extendsLast(last, note, proof) {  // RFC 9162, 2.1.4.2
    var place = last.size - 1, end = note.size - 1, steps = proof.map(unhex);
    while (place % 2) { place = Math.floor(place / 2); end = Math.floor(end / 2); }
    var first = place ? steps.shift() : unhex(last.root);
    if (!first) return false;
    var before = first, after = first;
    for (; end > 0; place = Math.floor(place / 2), end = Math.floor(end / 2)) {
      if (place % 2 === 0 && place === end) continue;
      var step = steps.shift();
      if (!step) return false;
      if (place % 2) {
        before = await sha256([1], step, before);
        after = await sha256([1], step, after);
      } else {
        after = await sha256([1], after, step);
      }
    }
    return !steps.length && hex(before) === last.root && hex(after) === note.root;
  }
  async function fetched(address) {
    var answer = await fetch(address, { headers: { accept: "application/json, text/plain" } });
    if (!answer.ok) throw new Error("没有取到 " + address + "（" + answer.status + "）");
    return answer.text();
  }
  async function compared(place, say) {
    var api = place.dataset.board, origin = place.dataset.origin;
    var note = readNote(await fetched(api + "/checkpoint"));
    var last = await find("seen", origin);
    var vkey = last ? last.vkey : place.dataset.vkey;
    if (note.origin !== origin) throw new Alarm("检查点属于另一个票箱。");
    if (!await isSigned(note, vkey)) throw new Alarm("检查点不是这个公示票箱的钥匙签的。");
    say("票箱由它自己的钥匙签名，现在有 " + (note.size - 1) + " 张票");
    if (!last) {
      say("这台设备第一次见证这个票箱。请核对上面的票箱公钥与张贴的公告一致。");
    } else if (note.size < last.size) {
      throw new Alarm("票箱变小了：上次见证时有 " + (last.size - 1) + " 张票，现在只有 " + (note.size - 1) + " 张。");
    } else if (note.size === last.size) {
      if (note.root !== last.root) throw new Alarm("张数相同，内容却与上次见证的不同。");
      say("与上次见证的完全相同");
    } else {
      var said = JSON.parse(await fetched(api + "/consistency?old=" + last.size + "&new=" + note.size));
      if (!await extendsLast(last, note, said.proof)) throw new Alarm("上次见证的 " + (last.size - 1) + " 张票已被改动。");
      say("上次见证的 " + (last.size - 1) + " 张票都在，次序不变，之后增加了 " + (note.size - last.size) + " 张");
    }
    return { vkey: vkey, size: note.size, root: note.root, note: note.text, body: note.body };
  }
  async function cosigned(seen, key, mine) {
    var at = Math.floor(Date.now() / 1000), stamp = new Uint8Array(8);
    new DataView(stamp.buffer).setBigUint64(0, BigInt(at));
    var signature = await sign(key, "cosignature/v1\ntime " + at + "\n" + seen.body);
    return "— " + mine.name + " " + base64(joined(mine.id, stamp, signature));
  }

  function make_list(place) {
    var list = place.querySelector("[data-steps]");
    list.replaceChildren();
    return function (words, bad) {
      var item = document.createElement("li");
      item.textContent = (bad ? "✗ " : "✓ ") + words;
      list.append(item);
    };
  }
  function alarm(place, words) {
    var box = place.querySelector("[data-alarm]");
    box.textContent = words;
    box.className = words ? "refusal" : "";
    box.hidden = !words;
  }
  async function keyOf(place, file) {
    var raw = unbase64(place.dataset.key.split("+").slice(2).join("+")).slice(1);
    var mine = await named(raw), key = await find("keys", mine.name);
    if (file) {
      var parts = /^PRIVATE\+KEY\+([^+\s]+)\+[0-9a-f]{8}\+(\S+)\s*$/.exec(await file.text());
      if (!parts || parts[1] !== mine.name) throw new Error("这个文件不是本单位登记的那把钥匙。");
      key = await imported(unbase64(parts[2]).slice(1));
      await keep("keys", mine.name, key);
    }
    return { key: key, mine: mine };
  }

  async function unsupported() {
    if (!window.crypto || !crypto.subtle) return "这个页面需要 https 才能签名。";
    try { await crypto.subtle.generateKey(ED, false, ["sign", "verify"]); return ""; } catch (none) {
      return "这个浏览器还不会 Ed25519 签名。请换用 2025 年以后的 Chrome、Edge、Firefox 或 Safari，" +
        "或者按下面的说明用命令行。";
    }
  }
  document.querySelectorAll("[data-make-key]").forEach(async function (place) {
    var button = place.querySelector("button"), lacks = await unsupported();
    place.hidden = false;
    if (lacks) { button.hidden = true; alarm(place, lacks); return; }
    button.onclick = async function () {
      try {
        var mine = await make(place.dataset.makeKey), form = place.closest("form");
        form.elements.vkey.value = mine.vkey;
        form.elements.proof.value = mine.proof;
        save(mine.file, "见证私钥-" + mine.name.slice(-16) + ".txt");
        make_list(place)("私钥已存成文件并留在这个浏览器里。请把文件另存到 U 盘收好，再按“登记”。");
      } catch (broken) { alarm(place, "没有生成：" + broken.message); }
    };
  });
  document.querySelectorAll("[data-cosign]").forEach(async function (place) {
    var button = place.querySelector("button"), file = place.querySelector("input[type=file]");
    var lacks = await unsupported();
    place.hidden = false;
    if (lacks) { button.hidden = true; alarm(place, lacks); return; }
    button.onclick = async function () {
      var say = make_list(place);
      alarm(place, "");
      try {
        var found = await keyOf(place, file.files[0]);
        if (!found.key) throw new Error("这个浏览器里没有本单位的钥匙。请先选择私钥文件。");
        var seen = await compared(place, say), form = document.querySelector(place.dataset.cosign);
        var line = await cosigned(seen, found.key, found.mine);
        await keep("seen", place.dataset.origin, seen);
        say("已签名，正在送出");
        form.elements.size.value = seen.size;
        form.elements.line.value = line;
        form.submit();
      } catch (broken) {
        if (broken instanceof Alarm) {
          say(broken.message, true);
          alarm(place, "没有签名：" + broken.message + "请不要再签，保留这个页面，告诉另外两方和街道。");
        } else { alarm(place, "没有签名：" + broken.message); }
      }
    };
  });
})();
