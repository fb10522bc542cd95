/* Photos shrink on the phone, and words wait there until they are sent. Not needed for either. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-whistle]");

  function store(mode, work) {
    return new Promise(function (done) {
      var open = indexedDB.open("whistle", 1);
      open.onupgradeneeded = function () { open.result.createObjectStore("draft"); };
      open.onerror = done;
      open.onsuccess = function () {
        var all = open.result.transaction("draft", mode), asked = work(all.objectStore("draft"));
        all.oncomplete = function () { open.result.close(); done(asked.result); };
        all.onabort = done;
      };
    }).catch(function () {});
  }
  function forget() { store("readwrite", function (s) { return s.delete("now"); }); }
  if (document.querySelector("[data-whistled]")) forget();
  if (!form) return;

  var text = form.elements.text, input = window.DataTransfer && form.elements.photos;
  var kept = [], busy = 0, timer, send, list = make("div", "shots"), over = make("p", "hint"), away = make("p", "error");

  function make(tag, look, words, click) {
    var it = document.createElement(tag);
    it.className = look;
    it.textContent = words || "";
    if (click) { it.type = "button"; it.onclick = click; }
    return it;
  }
  function read(file, how) {
    return new Promise(function (done, fail) {
      var reader = new FileReader();
      reader.onload = function () { done(reader.result); };
      reader.onerror = fail;
      reader[how](file);
    });
  }
  function drawn(image, side) {
    var w = image.naturalWidth, h = image.naturalHeight, k = Math.min(1, side / Math.max(w, h));
    var canvas = document.createElement("canvas");
    canvas.width = Math.round(w * k);
    canvas.height = Math.round(h * k);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  function shrink(file) {  // what cannot be drawn goes as it is
    return read(file, "readAsDataURL").then(function (address) {
      return new Promise(function (done, fail) {
        var image = new Image();
        image.onerror = fail;
        image.onload = function () {
          drawn(image, 1920).toBlob(function (blob) {
            done({ small: drawn(image, 192).toDataURL("image/jpeg", 0.6), file:
              blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: blob.type }) : file });
          }, "image/jpeg", 0.82);
        };
        image.src = address;
      });
    }).catch(function () { return { file: file }; });
  }
  function show() {
    var chosen = new DataTransfer();
    list.textContent = "";
    kept.forEach(function (one, i) {
      var box = make("div", "", one.small ? "" : one.file.name), image = make("img", "thumb");
      image.alt = "第 " + (i + 1) + " 张";
      chosen.items.add(one.file);
      if (one.small) { image.src = one.small; box.appendChild(image); }
      box.appendChild(make("button", "weui-btn weui-btn_default", "不要第 " + (i + 1) + " 张",
        function () { kept.splice(i, 1); show(); keep(); }));
      list.appendChild(box);
    });
    input.files = chosen.files;
  }
  function keep() {
    return Promise.all(kept.map(function (one) {
      return read(one.file, "readAsArrayBuffer").then(function (bytes) {
        return { bytes: bytes, name: one.file.name, type: one.file.type };
      });
    })).then(function (photos) {
      var draft = { who: form.dataset.who, text: text.value, photos: photos, at: Date.now() };
      return store("readwrite", function (s) { return s.put(draft, "now"); });
    });
  }
  function add(files) {
    var left = files.length + kept.length - form.dataset.whistle;
    over.textContent = left > 0 ? "照片太多，最后 " + left + " 张没有加上。先去掉几张，再加。" : "";
    busy += 1;
    return files.slice(0, form.dataset.whistle - kept.length).reduce(function (before, file) {
      return before.then(function () { return shrink(file); })
        .then(function (one) { kept.push(one); });
    }, Promise.resolve()).then(function () {
      busy -= 1;
      show();
      if (send && !busy) form.submit();
    });
  }

  text.oninput = function () { clearTimeout(timer); timer = setTimeout(keep, 300); };
  if (input) {
    over.setAttribute("role", "status");
    input.parentNode.appendChild(list);
    input.parentNode.appendChild(over);
    input.onchange = function () { add([].slice.call(input.files)).then(keep); };
  }
  away.setAttribute("role", "alert");
  form.appendChild(away);
  form.onsubmit = function (event) {
    var off = navigator.onLine === false;
    away.textContent = off ? "现在没有网络。写的和照片都存在这台手机里，有信号了再按一次。" : "";
    if (off || busy) event.preventDefault();
    send = busy && !off;
  };
  store("readonly", function (s) { return s.get("now"); }).then(function (draft) {
    if (!draft || !draft.photos || draft.who !== form.dataset.who || Date.now() - draft.at > 3 * 864e5) return;
    if (text.value || form.elements.remove || !(draft.text || draft.photos.length)) return;
    var line = make("p", "hint", "上次没发出的内容已经补回。");
    text.value = draft.text;
    line.setAttribute("role", "status");
    line.appendChild(make("button", "weui-btn weui-btn_default", "清空重写", function () {
      text.value = "";
      kept = [];
      if (input) show();
      line.remove();
      forget();
    }));
    form.insertBefore(line, form.firstChild);
    if (input) add(draft.photos.map(function (one) {
      return new File([one.bytes], one.name, { type: one.type });
    }));
  });
})();
