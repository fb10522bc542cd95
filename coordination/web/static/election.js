// The ballot of an election: how many are ticked, in words; 都不同意 and 弃权 stand alone.
// Without this the server says the same, and keeps every tick.
(() => {
  const form = document.querySelector("[data-at-most]");
  if (!form) return;
  const most = Number(form.dataset.atMost);
  const alone = form.dataset.alone.split(" ");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const count = form.querySelector("[data-count]");

  const told = () => {
    const ticked = boxes.filter((box) => box.checked);
    const named = ticked.filter((box) => !alone.includes(box.value)).length;
    if (ticked.length > named) return "您选了“" + ticked[0].parentElement.querySelector("b").textContent + "”，不再选候选人。";
    if (named > most) return "已选 " + named + " 人，超过 " + (named - most) + " 人，请去掉。";
    if (named === most) return "已选 " + named + " 人，已经选满。";
    return named ? "已选 " + named + " 人，还可以选 " + (most - named) + " 人。" : "还没有选。";
  };

  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.checked) {
      const single = alone.includes(box.value);
      for (const other of boxes) {
        if (other !== box && (single || alone.includes(other.value))) other.checked = false;
      }
    }
    count.textContent = told();
  });
  count.textContent = told();
})();
