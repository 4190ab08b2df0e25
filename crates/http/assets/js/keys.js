// Single letters as keys: outside fields only, never with Ctrl, Alt or Meta, never in the middle of a composed word. And
// two that always act: Ctrl+K goes to anything, Ctrl+Enter sends.
{
  const writes = (element) =>
    element.isContentEditable ||
    element.matches("textarea,select,input:not([type=checkbox],[type=radio],[type=submit],[type=button])");
  const rows = () => [...document.querySelectorAll("[data-rows]>li,[data-rows]>tbody>tr,[data-stop]")];
  const stop = (row) => (row.matches("[data-stop]") ? row : row.querySelector("a[href]"));
  const current = () => rows().find((row) => row.contains(document.activeElement));
  let last;
  document.addEventListener("focusin", () => {
    last = current() ?? last;
  });
  const move = (by) => {
    const all = rows();
    const at = all.indexOf(current() ?? last);
    const row = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (row) stop(row)?.focus();
    return !!row;
  };
  const go = (path) => location.assign(path);
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  // Once it is closed the focus is where it was.
  const show = (dialog) => {
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus({ preventScroll: true });
    });
    document.body.append(dialog);
    dialog.showModal();
  };
  // What is needed seldom stands in a script of its own.
  const link = document.querySelector("a[data-script]");
  const more = (name, ...given) => void import(link.dataset.script).then((script) => script[name](...given));
  // It is open at once, so that nothing that is typed gets lost; its script comes after.
  const palette = () => {
    const open = document.querySelector("dialog.palette");
    if (open) return open.close();
    const own = document.getElementById("palette-q");
    if (own) return own.focus();
    const ariaLabel = link.firstChild.textContent.trim();
    const dialog = make("dialog", { className: "palette", ariaLabel });
    const box = make("input", { className: "box", maxLength: 200, autocomplete: "off", ariaLabel });
    dialog.append(box);
    show(dialog);
    more("start", dialog, box);
  };
  link?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    palette();
  });
  const keys = {
    "/": () => document.querySelector(".find input[type=search]")?.focus(),
    "?": () => more("help", show),
    ".": (event) => more("copy", current(), link.dataset.copied, event.timeStamp),
    n: () => document.querySelector("a.new")?.click(),
    N: () => document.querySelector("a.new") && more("bring"),
    j: () => move(1),
    k: () => move(-1),
    o: () => {
      const row = current();
      if (row) stop(row).click();
    },
    v: () => current()?.dispatchEvent(new CustomEvent("look", { bubbles: true })),
    y: () => {
      const yes = current()?.querySelector("[data-accept]");
      yes?.click();
      return !!yes;
    },
    Y: () => {
      const no = current()?.querySelector("[data-decline]");
      if (!no) return false;
      no.parentElement.open = true;
      no.parentElement.querySelector("textarea")?.focus();
    },
  };
  const places = { d: "/", l: "/complaints", c: "/causes", a: "/approvals" };
  let going = -1500;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.repeat && !"jk".includes(event.key)) return;
    if (event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey) {
      const { form } = event.target;
      if (event.key === "Enter" && form?.method === "post") {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[data-first]") ?? form.querySelector("button:not([type=button])"));
      } else if (event.key.toLowerCase() === "k" && link) {
        event.preventDefault();
        palette();
      }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || document.body.dataset.keys === "off") return;
    if (writes(event.target) || document.querySelector("dialog[open]")) return;
    if (event.timeStamp - going < 1500 && places[event.key]) {
      event.preventDefault();
      go(places[event.key]);
      return;
    }
    // The second g is a second key too, and waits for none.
    going = event.key === "g" && !(event.timeStamp - going < 1500) ? event.timeStamp : -1500;
    // What stands in the row under a key of its own.
    const own = /^[a-z]$/.test(event.key) && current()?.querySelector(`[data-key=${event.key}]`);
    if (own) {
      event.preventDefault();
      if (!own.matches("summary")) return own.click();
      own.parentElement.open = true;
      own.parentElement.querySelector("textarea").focus();
      return;
    }
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    // What there is nothing to do it with, the page may know more of.
    if (act && act(event) !== false) event.preventDefault();
  });
  // After an act the focus is at what came of it, else where it was, else at the row that took the place of the one that
  // is gone; never nowhere.
  const kept = sessionStorage.getItem("at");
  sessionStorage.removeItem("at");
  if (kept && !document.querySelector("[autofocus]")) {
    const [path, row, id] = JSON.parse(kept);
    const made = document.getElementById(location.hash.slice(1));
    const act = document.getElementById(id)?.querySelector("summary");
    const all = rows();
    const next = path === location.pathname && row >= 0 && all[Math.min(row, all.length - 1)];
    const to = made ?? act ?? (next ? stop(next) : null) ?? document.getElementById("main");
    if (made && !made.matches("a,button,input")) made.tabIndex = -1;
    to?.focus({ preventScroll: !!made });
  }
  document.addEventListener("submit", ({ target, defaultPrevented }) => {
    // Of somebody with a mouse nothing is marked.
    if (defaultPrevented || target.method !== "post" || !document.activeElement?.matches(":focus-visible")) return;
    const row = rows().findIndex((one) => one.contains(target));
    sessionStorage.setItem("at", JSON.stringify([location.pathname, row, target.closest("details[id]")?.id ?? ""]));
  });
}
