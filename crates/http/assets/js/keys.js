// Single letters as keys: outside fields only, never with Ctrl, Alt or Meta, never in the middle of a composed word.
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
  };
  const go = (path) => location.assign(path);
  const help = () => {
    const request = new XMLHttpRequest();
    request.open("GET", "/keys");
    request.responseType = "document";
    request.onload = () => {
      const sheet = request.response?.getElementById("keys");
      if (!sheet) return;
      const dialog = document.createElement("dialog");
      const close = document.createElement("button");
      close.className = "b";
      close.textContent = sheet.dataset.close;
      close.addEventListener("click", () => dialog.close());
      dialog.setAttribute("aria-labelledby", "keys-title");
      dialog.append(document.adoptNode(sheet), close);
      const before = document.activeElement;
      dialog.addEventListener("close", () => {
        dialog.remove();
        before?.focus();
      });
      document.body.append(dialog);
      dialog.showModal();
    };
    request.send();
  };
  const keys = {
    "/": () => document.querySelector(".find input[type=search]")?.focus(),
    "?": help,
    n: () => document.querySelector("a.new")?.click(),
    j: () => move(1),
    k: () => move(-1),
    o: () => {
      const row = current();
      if (row) stop(row).click();
    },
    v: () => current()?.dispatchEvent(new CustomEvent("look", { bubbles: true })),
    y: () => current()?.querySelector("[data-accept]")?.click(),
    Y: () => {
      const no = current()?.querySelector("[data-decline]");
      if (!no) return;
      no.parentElement.open = true;
      no.parentElement.querySelector("textarea")?.focus();
    },
  };
  const places = { d: "/", l: "/complaints", a: "/approvals" };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.repeat && !"jk".includes(event.key)) return;
    if (event.ctrlKey || event.altKey || event.metaKey || document.body.dataset.keys === "off") return;
    if (writes(event.target) || document.querySelector("dialog[open]")) return;
    if (going && event.timeStamp - going < 1500 && places[event.key]) {
      event.preventDefault();
      go(places[event.key]);
      return;
    }
    going = event.key === "g" ? event.timeStamp : 0;
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
    if (!act) return;
    event.preventDefault();
    act();
  });
}
