/* A copy of what is being written stays on this device until the service has it: the network may go,
   the session may run out, the page may be closed. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-kept]"), box = form && form.querySelector("textarea");
  if (!box || !window.localStorage) return;
  var key = "kept:" + form.getAttribute("data-kept"), offer = document.getElementById("kept");
  var sent = box.value;
  function kept() { try { return localStorage.getItem(key); } catch (refused) { return null; } }
  function keep(words) {
    try {
      if (words === null) localStorage.removeItem(key); else localStorage.setItem(key, words);
    } catch (full) { /* no room: the service has what was saved */ }
  }
  var left = kept();
  if (left !== null && left !== box.value && offer) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", function () {
      box.value = left;
      offer.hidden = true;
      box.focus();
    });
  }
  box.addEventListener("input", function () { keep(box.value); });
  document.addEventListener("htmx:beforeRequest", function () { sent = box.value; });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "saved" && box.value === sent) keep(null);
  });
  form.addEventListener("submit", function () { keep(box.value); });
})();
