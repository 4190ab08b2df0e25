// Go to: looks for what is typed while it is typed, and is used by keyboard alone. An old answer never takes the place of
// a newer one, and Enter opens only what was found for what stands there.
let opened = 0;
export const start = (dialog, box) => {
  const list = document.createElement("div");
  const told = document.createElement("p");
  const number = ++opened;
  list.id = `hits-${number}`;
  list.className = "hits";
  list.setAttribute("role", "listbox");
  list.ariaLabel = box.ariaLabel;
  told.className = "hidden";
  told.setAttribute("role", "status");
  dialog.append(list, told);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);

  let options = [];
  let at = -1;
  const mark = (to) => {
    at = to;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (options[at]) box.setAttribute("aria-activedescendant", options[at].id);
    else box.removeAttribute("aria-activedescendant");
    options[at]?.scrollIntoView({ block: "nearest" });
  };

  // What the list was found for; none before the first answer.
  let shown = null;
  let wanted = false;
  let saying;
  const take = () => options[at]?.click();
  const show = (found, typed) => {
    for (const group of found.querySelectorAll("section")) group.setAttribute("role", "group");
    for (const part of found.querySelectorAll("h2,ul,li")) part.setAttribute("role", "presentation");
    options = [...found.querySelectorAll("a")];
    options.forEach((option, n) => {
      option.id = `hit-${number}-${n}`;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
    });
    const empty = found.querySelector(".empty");
    list.replaceChildren(...found.children);
    // Words are no choice to make.
    dialog.querySelector(":scope>.empty")?.remove();
    if (empty) list.after(empty);
    box.setAttribute("aria-expanded", String(options.length > 0));
    mark(options.length ? 0 : -1);
    shown = typed;
    box.placeholder = found.dataset.hint;
    clearTimeout(saying);
    saying = setTimeout(() => (told.textContent = found.dataset.told), 300);
    if (wanted) take();
    wanted = false;
  };

  let request;
  const look = () => {
    const typed = box.value;
    request?.abort();
    if (typed === shown) return;
    const turn = (request = new XMLHttpRequest());
    turn.open("GET", `/palette/found?q=${encodeURIComponent(typed)}`);
    turn.responseType = "document";
    turn.onload = () => {
      if (turn !== request || !dialog.open) return;
      const found = turn.response?.getElementById("palette-found");
      // Signed out meanwhile, or refused: the page itself says it.
      if (found) show(document.adoptNode(found), typed);
      else location.assign(`/palette?q=${encodeURIComponent(typed)}`);
    };
    turn.onerror = () => turn === request && location.assign(`/palette?q=${encodeURIComponent(typed)}`);
    turn.send();
  };
  let typing;
  const later = (event) => {
    clearTimeout(typing);
    wanted = false;
    if (!event.isComposing) typing = setTimeout(look, 120);
  };
  box.addEventListener("input", later);
  box.addEventListener("compositionend", later);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (options.length) mark((at + step + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (box.value === shown) return take();
      // Opened as soon as it is known what is meant.
      wanted = true;
      clearTimeout(typing);
      look();
    }
  });
  list.addEventListener("click", (event) => event.target.closest("a") && !event.ctrlKey && !event.metaKey && dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => request?.abort());
  look();
};
