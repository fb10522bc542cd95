/* The camera reads a sheet's code, and the picture it read it from is kept as the photo of the
   sheet. Neither is needed: the code can be typed, the photo taken with the phone's own camera. */
(function () {
  "use strict";
  var scan = document.querySelector("form[data-scan]"), sheet = document.querySelector("form[data-sheet]");
  var SIDE = 1920, SHOT = "sheet-shot", ON = "sheet-camera", LAST = "sheet-last";

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

  function take(input, blob) {
    var file = new File([blob], "sheet.jpg", { type: "image/jpeg" }), chosen = new DataTransfer();
    chosen.items.add(file);
    input.files = chosen.files;
    return file;
  }

  if (sheet) {
    var photo = sheet.elements.photo, shot = (kept(SHOT) || "").split(" ");
    drop(SHOT);  // it shows what somebody chose: it stays nowhere
    if (photo && window.DataTransfer) {
      if (shot[1] && shot[0].replace(/-/g, "").toUpperCase() === sheet.dataset.sheet) {
        seen(take(photo, fromAddress(shot[1])));
      }
      photo.onchange = function () {
        var file = photo.files[0], image = new Image();
        if (!file) return;
        image.onload = function () {
          drawn(image, image.naturalWidth, image.naturalHeight, SIDE).toBlob(function (blob) {
            if (blob && blob.size < file.size) take(photo, blob);
            seen(photo.files[0]);
          }, "image/jpeg", 0.85);
        };
        read(file).then(function (address) { image.src = address; });
      };
    }
  }
  function fromAddress(address) {
    var raw = atob(address.split(",")[1]), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
    return new Blob([bytes], { type: "image/jpeg" });
  }
  function read(file) {
    return new Promise(function (done) {
      var reading = new FileReader();
      reading.onload = function () { done(reading.result); };
      reading.readAsDataURL(file);
    });
  }
  function seen(blob) {  // a blob: address would need a wider content policy; a data: one is allowed
    read(blob).then(function (address) {
      var image = photo.parentNode.querySelector(".shot") || document.createElement("img");
      image.className = "shot";
      image.alt = "要保存的照片";
      image.src = address;
      photo.parentNode.appendChild(image);
    });
  }
})();
