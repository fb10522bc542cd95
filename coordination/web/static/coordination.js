/* What HTML alone cannot say: take the reader to what went wrong, tell when the network is gone,
   open the print dialogue. Every page works without it. */
(function () {
  "use strict";
  function notice(words) {
    var box = document.getElementById("notice"), line = document.createElement("p");
    box.textContent = "";
    line.className = "refusal";
    line.textContent = words;
    box.appendChild(line);
    box.scrollIntoView();
  }
  function ofForm(event) {  // a poll that fails or runs is nobody's doing
    return event.detail.elt.tagName === "FORM";
  }
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (ofForm(event)) notice("网络不通，没有收到回答。您填写的内容还在，请稍后再试一次。");
    });
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (ofForm(event)) document.getElementById("notice").textContent = "";
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });
  Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.hidden = false;
  });
  // A second tap, while the answer to the first is on its way.
  document.addEventListener("submit", function (event) {
    var now = Date.now(), before = +event.target.getAttribute("data-sent");
    if (event.defaultPrevented) return;  // htmx and other scripts send it themselves
    if (before && now - before < 3000) event.preventDefault();
    else event.target.setAttribute("data-sent", now);
  });
  // `autofocus` does it elsewhere, and htmx for what it swaps in.
  var summary = document.querySelector(".error-summary");
  if (summary && !("autofocus" in HTMLElement.prototype)) summary.focus();
})();
