/* The camera reads a sheet's code, and the picture it read it from is kept as the photo of the
   sheet. Neither is needed: the code can be typed, the photo taken with the phone's own camera. */
(function () {
  "use strict";
  var scan = document.querySelector("form[data-scan]"), sheet = document.querySelector("form[data-sheet]");
  var SHOT = "sheet-shot", ON = "sheet-camera", LAST = "sheet-last";
  var SIDE = 1920, LARGEST = 20 * 1024 * 1024, HEAVY = 10 * LARGEST;  // heavier is not even drawn

  function keep(name, value) {  // a private window may have no store
    try { sessionStorage.setItem(name, value); } catch (full) { /* the photo is taken by hand */ }
  }
  function kept(name) {
    try { return sessionStorage.getItem(name); } catch (none) { return null; }
  }
  function drop(name) {
    try { sessionStorage.removeItem(name); } catch (none) { /* nothing was kept */ }
  }
  function drawn(image, width, height, side) {
    var k = Math.min(1, side / Math.max(width, height)), canvas = document.createElement("canvas");
    canvas.width = Math.round(width * k);
    canvas.height = Math.round(height * k);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  function reader() {  // answers the text of a code in the picture, or nothing
    if (window.BarcodeDetector) {
      return BarcodeDetector.getSupportedFormats().then(function (formats) {
        if (formats.indexOf("qr_code") < 0) return other();
        var detector = new BarcodeDetector({ formats: ["qr_code"] });
        return function (video) {
          return detector.detect(video).then(function (found) { return found[0] && found[0].rawValue; });
        };
      }).catch(other);
    }
    return other();
  }
  function other() {
    return new Promise(function (done, fail) {
      var script = document.createElement("script");
      script.src = scan.dataset.scan;
      script.onload = done;
      script.onerror = fail;
      document.head.appendChild(script);
    }).then(function () {
      return function (video) {
        var canvas = drawn(video, video.videoWidth, video.videoHeight, 1000);
        var pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        var found = window.jsQR(pixels.data, pixels.width, pixels.height);
        return Promise.resolve(found && found.data);
      };
    });
  }

  function begin() {
    var box = scan.querySelector(".camera"), video = box.querySelector("video");
    var said = box.querySelector("[role=status]"), over = false, last = kept(LAST), away = 0;
    box.hidden = false;
    button.parentNode.hidden = true;
    Promise.all([reader(), navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    })]).then(function (both) {
      var look = both[0], stream = both[1];
      keep(ON, "yes");
      video.srcObject = stream;
      video.play();
      (function again() {
        if (over) return;
        var ready = video.readyState >= 2 ? look(video) : Promise.resolve();
        ready.catch(function () {}).then(function (text) {
          // The sheet just written down still lies there: wait until it is taken away.
          away = text && text.trim() === last ? 0 : away + 1;
          if (away > 8) last = "";
          if (!text || text.trim() === last) return setTimeout(again, 120);
          over = true;
          keep(LAST, text.trim());
          keep(SHOT, text.trim() + " " + drawn(video, video.videoWidth, video.videoHeight, SIDE).toDataURL("image/jpeg", 0.85));
          stream.getTracks().forEach(function (track) { track.stop(); });
          if (navigator.vibrate) navigator.vibrate(60);
          scan.elements.serial.value = text.trim();
          scan.submit();
        });
      })();
    }).catch(function () {
      drop(ON);
      said.textContent = "摄像头打不开：请在浏览器设置里允许使用摄像头，或者直接输入编号。";
      video.hidden = true;
    });
  }

  if (scan && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
    var button = scan.querySelector("[data-camera]");
    button.parentNode.hidden = false;
    button.onclick = begin;
    if (kept(ON)) begin();
  }

  function make(tag, look, words, click) {
    var it = document.createElement(tag);
    it.className = look;
    it.textContent = words || "";
    if (click) { it.type = "button"; it.onclick = click; }
    return it;
  }
  function read(file) {
    return new Promise(function (done) {
      var reading = new FileReader();
      reading.onload = function () { done(reading.result); };
      reading.readAsDataURL(file);
    });
  }
  function fromAddress(address) {
    var raw = atob(address.split(",")[1]), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
    return new Blob([bytes], { type: "image/jpeg" });
  }
  function shrunk(file) {  // what cannot be drawn goes as it is, and the server says what is wrong
    return read(file).then(function (address) {
      return new Promise(function (done) {
        var image = new Image();
        image.onerror = function () { done({ file: file }); };
        image.onload = function () {
          var seen = drawn(image, image.naturalWidth, image.naturalHeight, 192).toDataURL("image/jpeg", 0.6);
          drawn(image, image.naturalWidth, image.naturalHeight, SIDE).toBlob(function (blob) {
            var less = blob && blob.size < file.size;
            done({ seen: seen, file: less ? new File([blob], "sheet.jpg", { type: "image/jpeg" }) : file });
          }, "image/jpeg", 0.85);
        };
        image.src = address;
      });
    });
  }

  function photos(form, input) {  // front, back, envelope: one after the other, small enough to send
    var taken = [], most = form.dataset.most, busy = 0, send = false;
    var list = make("div", "shots"), said = make("p", "error");
    said.setAttribute("role", "status");
    input.parentNode.appendChild(list);
    input.parentNode.appendChild(said);
    function room() {
      return most - (form.elements.retake && form.elements.retake.checked ? 0 : form.dataset.kept) - taken.length;
    }
    function show() {
      var chosen = new DataTransfer();
      list.textContent = "";
      taken.forEach(function (one, i) {
        var box = make("div", "", one.seen ? "" : one.file.name), image = make("img", "thumb");
        image.alt = "第 " + (i + 1) + " 张";
        chosen.items.add(one.file);
        if (one.seen) { image.src = one.seen; box.appendChild(image); }
        box.appendChild(make("button", "weui-btn weui-btn_default", "不要第 " + (i + 1) + " 张",
          function () { taken.splice(i, 1); said.textContent = ""; show(); }));
        list.appendChild(box);
      });
      input.files = chosen.files;
    }
    function add(files) {
      var left = [];
      busy += 1;
      return files.reduce(function (before, file) {
        return before.then(function () { return file.size > HEAVY ? { file: file } : shrunk(file); }).then(function (one) {
          if (one.file.size > LARGEST) left.push("“" + file.name + "”超过 20 MB，没有加上，请重新拍。");
          else if (room() < 1) left.push("最多 " + most + " 张，“" + file.name + "”没有加上。");
          else taken.push(one);
        });
      }, Promise.resolve()).then(function () {
        busy -= 1;
        said.textContent = left.join("");
        show();
        if (send && !busy) form.submit();
      });
    }
    input.onchange = function () { add([].slice.call(input.files)); };
    form.onsubmit = function (event) {
      if (busy) { event.preventDefault(); send = true; }
    };
    return add;
  }

  if (sheet) {
    var input = sheet.elements.photo, shot = (kept(SHOT) || "").split(" ");
    drop(SHOT);  // it shows what somebody chose: it stays nowhere
    if (input && window.DataTransfer) {
      var add = photos(sheet, input);
      if (shot[1] && shot[0].replace(/-/g, "").toUpperCase() === sheet.dataset.sheet) {
        add([new File([fromAddress(shot[1])], "sheet.jpg", { type: "image/jpeg" })]);
      }
    }
  }
})();
