// The page of a complaint by keyboard: from message to message, and each act in its own form. A key whose act is not
// offered does nothing.
{
  const page = document.querySelector("[data-complaint]");
  const busy = (target) => target.closest("input:not([type=radio]),textarea,select,[contenteditable],.act form");

  const move = (step) => {
    const cards = [...page.querySelectorAll(".events .card")].filter((card) => card.offsetParent);
    const at = cards.indexOf(document.activeElement.closest?.(".card"));
    const next = cards[at < 0 ? (step > 0 ? 0 : cards.length - 1) : at + step];
    next?.focus();
  };

  const write = (kind) => {
    const tab = page.querySelector(`.tabs [value=${kind}]`);
    if (!tab) return false;
    tab.checked = true;
    page.querySelector(`.pane.${kind} textarea`)?.focus();
    return true;
  };

  // Whoever opens a form begins in it: what they type is theirs, and no key.
  const begin = (act) => {
    const field = act.matches(".many") ? "summary" : "select,textarea,input:not([type=hidden])";
    const first = act.querySelector(`.drop :is(${field})`) ?? act.querySelector(".drop button");
    (act.querySelector(`[name="${first?.name}"]:checked`) ?? first)?.focus();
  };

  // A form that would reach beyond the window is turned to the other side.
  const turn = (act) => {
    const right = act.getBoundingClientRect().left + act.lastElementChild.offsetWidth;
    act.classList.toggle("end", right > innerWidth - 16);
  };

  // The first of these forms that is there.
  const open = (...ids) => {
    const act = ids.map((id) => document.getElementById(id)).find((one) => one?.matches("details"));
    for (let one = act; one; one = one.parentElement.closest("details")) one.open = true;
    if (act) begin(act);
    return !!act;
  };
  const close = (next) => {
    const found = open("f-close");
    if (found) page.querySelector("#f-close [name=_then]")?.toggleAttribute("data-first", next);
    return found;
  };
  const offer = (verb) => page.querySelector(`.offer [id$=-${verb}]`);

  const keys = {
    j: () => (move(1), true),
    k: () => (move(-1), true),
    r: () => write("reply"),
    c: () => write("note"),
    h: () => open("f-handoffs"),
    s: () => open("f-acknowledgement", "f-decision", "f-await-customer", "f-customer-answer", "f-reopen"),
    p: () => open("f-assessment"),
    t: () => open("f-causes"),
    e: () => close(false),
    E: () => close(true),
    m: () => open("f-awards"),
    // Once it waits for a second key, as everywhere.
    g: (at) => {
      const twice = at - before < 1500;
      before = twice ? -1500 : at;
      return twice && open("f-awards");
    },
    y: () => (offer("accept")?.requestSubmit(), true),
    Y: () => open(offer("decline")?.id),
  };
  let before = -1500;

  const keydown = (event) => {
    // Half a word is still being composed: the key belongs to it.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      const act = event.target.closest(".act[open]");
      if (act) {
        act.open = false;
        act.querySelector("summary").focus();
      }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || document.body.dataset.keys === "off") return;
    if (busy(event.target) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.repeat && !"jk".includes(event.key)) return;
    if (Object.hasOwn(keys, event.key) && keys[event.key](event.timeStamp)) event.preventDefault();
  };

  // What is written is kept a moment after each pause, until it is sent.
  const draft = (form) => {
    const told = form.querySelector(".meta[role=status]");
    const to = form.action.replace(/[^/]+$/, "draft");
    const name = form.action.split("/").pop();
    let waiting;
    let sending;
    const keep = async () => {
      waiting = undefined;
      sending = new AbortController();
      try {
        const body = new URLSearchParams(new FormData(form));
        body.set("_form", name);
        const answer = await fetch(to, { method: "POST", body, signal: sending.signal });
        if (answer.status === 401 || answer.status === 403) told.textContent = form.dataset.over;
        else told.textContent = answer.ok ? (await answer.json()).kept : form.dataset.unsaved;
      } catch (fault) {
        if (fault.name !== "AbortError") told.textContent = form.dataset.unsaved;
      }
      sending = undefined;
    };
    const later = () => (waiting ??= setTimeout(() => (sending ? ((waiting = undefined), later()) : keep()), 2000));
    form.addEventListener("input", later);
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      waiting = "sent";
      sending?.abort();
    });
    addEventListener("pageshow", () => (waiting = undefined));
  };

  if (page) {
    for (const form of page.querySelectorAll(".pane form")) draft(form);
    document.addEventListener("keydown", keydown);
    // By mouse as by key; the form is there once the click is done.
    page.addEventListener("click", (event) => {
      const act = event.target.closest(".act>summary")?.parentNode;
      if (act && !act.open) setTimeout(begin, 0, act);
    });
    const acts = () => page.querySelectorAll(".case>.acts>.act[open]");
    acts().forEach(turn);
    // One thing at a time in the head: what is opened covers what is below.
    page.addEventListener("toggle", (event) => {
      if (!event.target.matches(".case>.acts>.act[open]")) return;
      turn(event.target);
      for (const act of acts()) if (act !== event.target) act.open = false;
    }, true);
    document.getElementById("refused")?.focus();
  }
}
