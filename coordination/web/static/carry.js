/* What is written at a door waits on the phone while there is no network, photo and all, and is
   sent when there is one again. Every page works without it. */
(function () {
  "use strict";
  if (!window.indexedDB || !window.fetch || !window.FormData) return;
  var forms = [].slice.call(document.querySelectorAll("form[data-carry]"));
  var line = document.querySelector("[data-carry-queue]"), sending = false;

  function store(mode, work) {
    return new Promise(function (done, fail) {
      var open = indexedDB.open("carry", 1);
      open.onupgradeneeded = function () {
        open.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
      };
      open.onerror = fail;
      open.onsuccess = function () {
        var all = open.result.transaction("waiting", mode), asked = work(all.objectStore("waiting"));
        all.oncomplete = function () { open.result.close(); done(asked.result); };
        all.onabort = fail;
      };
    });
  }
  function waiting() { return store("readonly", function (s) { return s.getAll(); }); }
  function tell(words) {
    var box = document.getElementById("notice"), text = document.createElement("p");
    box.textContent = "";
    text.className = "refusal";
    text.textContent = words;
    box.appendChild(text);
    box.scrollIntoView();
  }
  function count() {
    if (!line) return;
    waiting().then(function (all) {
      line.hidden = !all.length;
      line.textContent = all.length ? "有 " + all.length + " 户登记在手机里，有信号时自动补送："
        + all.map(function (one) { return one.label + (one.refused ? "（没有收下：" + one.refused + "）" : ""); }).join("、") : "";
    }).catch(function () {});
  }
  function post(one) {  // done: it is taken, or will never be
    var body = new FormData();
    one.fields.forEach(function (field) { body.append(field[0], field[1]); });
    if (one.photo) body.append("photo", new File([one.photo], "photo.jpg", { type: one.type }));
    return fetch(one.action, { method: "POST", body: body, redirect: "follow", credentials: "same-origin",
      headers: { Accept: "text/html" } });
  }
  function sendAll() {
    if (sending || navigator.onLine === false) return;
    sending = true;
    waiting().then(function (all) {
      return all.reduce(function (before, one) {
        return before.then(function () { return post(one); }).then(function (answer) {
          if (answer.ok && answer.url.indexOf("/sign-in") < 0 || answer.status === 409)
            return store("readwrite", function (s) { return s.delete(one.id); });
          one.refused = answer.ok ? "请先登录" : "请打开这一户再看";
          return store("readwrite", function (s) { return s.put(one); });
        });
      }, Promise.resolve());
    }).catch(function () {}).then(function () { sending = false; count(); });
  }
  function read(file) {
    return new Promise(function (done, fail) {
      var reader = new FileReader();
      reader.onload = function () { done(reader.result); };
      reader.onerror = fail;
      reader.readAsArrayBuffer(file);
    });
  }
  function shrink(file) {  // what cannot be drawn goes as it is
    if (!window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file).then(function (image) {
      var k = Math.min(1, 1920 / Math.max(image.width, image.height));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * k);
      canvas.height = Math.round(image.height * k);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.82); });
    }).then(function (blob) { return blob && blob.size < file.size ? blob : file; })
      .catch(function () { return file; });
  }
  function written(form) {  // as it will be sent, now or later
    var one = { action: form.action, label: form.dataset.carry, fields: [], photo: null, type: "" };
    var file = null, now = new Date();
    new FormData(form).forEach(function (value, name) {
      if (value instanceof File) { if (value.size) file = value; } else one.fields.push([name, value]);
    });
    // The time at the door, as <input type="datetime-local"> would write it in Shanghai.
    one.fields.push(["on", new Date(now.getTime() + 8 * 36e5).toISOString().slice(0, 16)]);
    if (!file) return Promise.resolve(one);
    return shrink(file).then(function (small) {
      one.type = small.type;
      return read(small).then(function (bytes) { one.photo = bytes; return one; });
    });
  }
  function keep(form, one) {
    return store("readwrite", function (s) { return s.add(one); }).then(function () {
      forms.forEach(function (other) { other.hidden = true; });
      tell("没有信号，这一户已经存在手机里，有信号时自动补送。可以按返回键去下一户。");
    }).catch(function () {
      tell("没有信号，手机也存不下这一户。请不要关闭本页，有信号时再按一次。");
    });
  }

  forms.forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (form.getAttribute("aria-busy")) return;
      form.setAttribute("aria-busy", "true");
      written(form).then(function (one) {
        return post(one).then(function (answer) {
          if (answer.redirected) location.href = answer.url;
          else HTMLFormElement.prototype.submit.call(form);  // its page says what to mend
        }, function () { return keep(form, one); });
      }).then(function () { form.removeAttribute("aria-busy"); });
    });
  });
  window.addEventListener("online", sendAll);
  count();
  sendAll();
})();
