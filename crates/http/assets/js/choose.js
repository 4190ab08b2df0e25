// Rows of the list are chosen by x, by a click, and from one to another with Shift.
{
  const boxes = () => [...document.querySelectorAll("[data-rows] [name=c]")];
  const told = document.querySelector(".bar.chosen [data-many]");
  const tell = () => {
    const count = boxes().filter((box) => box.checked).length;
    if (told && count) told.textContent = told.dataset.many.replace("#", count);
  };
  let last;
  const choose = (box, range, checked) => {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (range && from >= 0) for (const one of all.slice(from, to + 1)) one.checked = checked;
    box.checked = checked;
    last = box;
    tell();
  };
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("[data-rows] [name=c]")) choose(event.target, event.shiftKey, event.target.checked);
  });
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key !== "x" && key !== "X") return;
    if (event.defaultPrevented || event.isComposing || event.repeat || document.body.dataset.keys === "off") return;
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (target.isContentEditable || target.matches("textarea,select,input:not([type=checkbox],[type=submit])")) return;
    const box = target.closest("tr")?.querySelector("[name=c]");
    if (!box) return;
    event.preventDefault();
    choose(box, key === "X", key === "X" || !box.checked);
  });
  document.addEventListener("reset", () => setTimeout(tell));
  addEventListener("pageshow", tell);
}
