// Log a complaint: finds the customer while one types, keeps a draft, saves by Ctrl+Enter. All of it works without.
{
  const form = document.getElementById("log");
  const el = (name, attributes = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };

  // The letter to the customer, after saving.
  const copy = document.getElementById("copy");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById("letter").value);
      copy.textContent = copy.dataset.done;
    });
  }

  if (form) {
    const box = document.getElementById("who-box");
    const chosen = document.getElementById("chosen");
    const search = document.getElementById("search");
    const story = document.getElementById("narrative");
    const beside = document.getElementById("beside");
    const kept = document.getElementById("kept");
    const told = document.getElementById("who-told");
    const words = form.dataset;

    // --- What stands beside --------------------------------------------------------------------------------------
    const panel = (one) => {
      const title = el("h2", {}, one.href ? el("a", { href: one.href }, one.title) : one.title);
      if (one.count !== null) title.append(" ", el("span", { class: "count" }, String(one.count)));
      const head = el("header", {}, title);
      if (one.tag) head.append(el("span", { class: "tag soon" }, one.tag));
      const made = el("section", { class: "panel", "data-panel": one.id }, head);
      if (one.facts.length) {
        const facts = one.facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, el("bdi", {}, value))]);
        made.append(el("dl", { class: "facts in" }, ...facts));
      }
      if (one.say) made.append(el("div", { class: "in say" }, el("p", { class: "meta" }, one.say.label), el("p", { lang: one.say.lang, dir: "auto" }, one.say.words)));
      const rows = one.rows.map((row) => {
        const line = el("li", {}, el("a", { href: row.href, dir: "auto" }, row.title), el("p", { class: "meta" }, row.meta));
        if (row.add) {
          const add = el("button", { class: "b", form: "log", name: "_add", value: row.add }, words.add);
          line.append(el("p", { class: "row" }, add, el("span", { class: "meta" }, words.keep)));
        }
        return line;
      });
      if (rows.length) made.append(el("ul", { class: "in" }, ...rows));
      return made;
    };
    const place = (one) => "customer open known last similar".indexOf(one.dataset.panel);
    // Puts panels in the place of those of their kinds, each kind where it always stands.
    const put = (kinds, panels) => {
      const now = panels.map(panel);
      const old = [...beside.children].filter((one) => kinds.includes(one.dataset.panel));
      if (old.length === now.length && old.every((one, n) => one.isEqualNode(now[n]))) return;
      old.forEach((one) => one.remove());
      for (const one of now) beside.insertBefore(one, [...beside.children].find((other) => place(other) > place(one)) ?? null);
    };
    const ofCustomer = (panels) => put(["customer", "open", "last"], panels);

    // Causes that may fit what was typed so far; each is there to choose from already.
    const offers = document.getElementById("offers");
    const causes = (all) => {
      const fill = { type: "button", class: "b", "data-fill": "settled-cause-cause" };
      offers.replaceChildren(...all.map((one) => el("li", {}, el("button", { ...fill, value: one.code }, one.name), one.why)));
      offers.hidden = !all.length;
    };

    // --- Who: a pick list ----------------------------------------------------------------------------------------
    const person = chosen.querySelector("input");
    const picks = el("ul", { class: "picks", id: "picks", role: "listbox", "aria-label": box.ariaLabel ?? "", hidden: "" });
    let items = [];
    let at = -1;
    let asked = 0;
    let soon;
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", "picks"], ["aria-autocomplete", "list"]]) {
      box.setAttribute(name, value);
    }
    box.parentElement.append(picks);
    document.getElementById("find").hidden = true;

    const shut = () => {
      picks.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const mark = (to) => {
      at = to;
      [...picks.children].forEach((pick, n) => pick.setAttribute("aria-selected", String(n === at)));
      picks.children[at]?.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", picks.children[at]?.id ?? "");
    };
    const bare = (text) => [...text].map((c) => (c.normalize("NFD")[0] ?? c).toLowerCase().replace("đ", "d"));
    const marked = (text, typed) => {
      const made = el("bdi");
      const signs = [...text];
      const [plain, wanted] = [bare(text).join(""), bare(typed).join("")];
      const from = wanted && plain.length === signs.length ? plain.search(new RegExp(`(^|[\\s-])${RegExp.escape?.(wanted) ?? wanted.replace(/[^\p{L}\p{N}]/gu, "\\$&")}`, "u")) : -1;
      if (from < 0) return (made.append(text), made);
      const start = plain.startsWith(wanted, from) ? from : from + 1;
      made.append(signs.slice(0, start).join(""), el("mark", {}, signs.slice(start, start + wanted.length).join("")), signs.slice(start + wanted.length).join(""));
      return made;
    };
    const show = (typed) => {
      const lines = items.map((item) => [el("span", {}, marked(item.name, typed)), el("span", { class: "meta" }, item.detail)]);
      lines.push([el("span", {}, `${words.new} “${typed}”`)]);
      picks.replaceChildren(...lines.map((line, n) => el("li", { role: "option", id: `pick-${n}`, "aria-selected": "false" }, ...line)));
      picks.hidden = false;
      box.setAttribute("aria-expanded", "true");
      mark(0);
    };
    const look = async () => {
      const typed = box.value.trim();
      const turn = ++asked;
      if ([...typed].length < 2 && !/[\u2e80-\uffff]/u.test(typed)) return shut();
      const answer = await fetch(`/complaints/new/customers?q=${encodeURIComponent(typed)}`, { headers: { accept: "application/json" } }).catch(() => null);
      if (turn !== asked || !answer?.ok || answer.redirected || document.activeElement !== box) return;
      const found = await answer.json();
      items = found.items;
      show(typed);
      clearTimeout(soon);
      soon = setTimeout(() => (told.textContent = found.told), 300);
    };
    const choose = async (item) => {
      shut();
      for (const radio of search.querySelectorAll("[name=_person]")) radio.checked = false;
      person.value = item.id;
      person.disabled = false;
      chosen.querySelector(".face").textContent = item.initials;
      chosen.querySelector("bdi").textContent = item.name;
      chosen.querySelector(".muted").textContent = item.detail;
      chosen.hidden = false;
      search.hidden = true;
      story.focus();
      later();
      const answer = await fetch(`/complaints/new/beside?customer=${item.id}`).catch(() => null);
      if (answer?.ok && !answer.redirected && person.value === item.id) ofCustomer((await answer.json()).panels);
    };
    const asNew = () => {
      const typed = box.value.trim();
      shut();
      document.getElementById("is-new").checked = true;
      const [, name, number] = /^(\D*?)\s*(\+?[\d\s().\/-]*\d)$/u.exec(typed) ?? [];
      const split = number && (!name || number.replace(/\D/g, "").length >= 5);
      const put = (id, value) => {
        const field = document.getElementById(`customer-${id}`);
        if (!field.value) field.value = value.trim();
        return field.value;
      };
      if (typed.includes("@")) put("email", typed);
      else if (split) put("phone", number), put("name", name);
      else put("name", typed);
      document.getElementById(document.getElementById("customer-name").value ? "customer-phone" : "customer-name").focus();
      later();
    };
    const take = (n) => (n < items.length ? choose(items[n]) : asNew());

    let typing;
    box.addEventListener("input", (event) => {
      clearTimeout(typing);
      if (!event.isComposing) typing = setTimeout(look, 120);
    });
    box.addEventListener("compositionend", look);
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      const open = !picks.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (open) mark((at + step + picks.children.length) % picks.children.length);
        else look();
      } else if (event.key === "Enter" && open && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        take(at);
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (open) shut();
        else box.value = "";
      }
    });
    // Brought along by the key that opened the page.
    const brought = sessionStorage.getItem("who");
    sessionStorage.removeItem("who");
    if (brought && !box.value && !search.hidden) {
      box.value = brought;
      box.focus();
      look();
    }
    box.addEventListener("blur", shut);
    // Before the box loses its focus and the list with it.
    picks.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const pick = event.target.closest("li");
      if (pick) take([...picks.children].indexOf(pick));
    });
    chosen.querySelector("button").addEventListener("click", (event) => {
      event.preventDefault();
      person.value = "";
      person.disabled = true;
      chosen.hidden = true;
      search.hidden = false;
      ofCustomer([]);
      box.focus();
      box.select();
      later();
    });

    // --- The draft -----------------------------------------------------------------------------------------------
    let sending;
    let changed = 0;
    let waiting;
    const keep = async () => {
      waiting = undefined;
      const turn = changed;
      sending = new AbortController();
      try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch("/complaints/new/draft", { method: "POST", body, signal: sending.signal });
        if (answer.status === 401 || answer.status === 403) {
          kept.textContent = words.over;
        } else if (answer.ok) {
          const said = await answer.json();
          kept.textContent = said.kept;
          if (turn === changed) {
            put(["known"], said.known);
            put(["similar"], said.similar ? [said.similar] : []);
            if (!offers.contains(document.activeElement)) causes(said.causes);
          }
        } else {
          kept.textContent = words.unsaved;
        }
      } catch (fault) {
        if (fault.name !== "AbortError") kept.textContent = words.unsaved;
      }
      sending = undefined;
    };
    function later() {
      changed += 1;
      waiting ??= setTimeout(() => (sending ? ((waiting = undefined), later()) : keep()), 2500);
    }
    form.addEventListener("input", later);
    const stop = () => {
      clearTimeout(waiting);
      waiting = "sent";
      sending?.abort();
    };
    addEventListener("pageshow", () => (waiting = undefined));

    // --- Sending -------------------------------------------------------------------------------------------------
    const LONGEST = 50000;
    form.addEventListener(
      "submit",
      (event) => {
        if (story.value.length > LONGEST && [...story.value.trim()].length > LONGEST) {
          event.preventDefault();
          event.stopImmediatePropagation();
          const field = story.closest(".field");
          field.classList.add("wrong");
          const hint = field.querySelector(".wrong-words, small");
          hint.textContent = words.long;
          hint.className = "wrong-words";
          story.setAttribute("aria-invalid", "true");
          story.focus();
          return;
        }
        stop();
      },
      true,
    );
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        form.requestSubmit(event.target.closest("#offer")?.querySelector("button") ?? document.getElementById("save"));
      } else if (event.target.matches("input, select")) {
        // The end of a line is not the end of the talk.
        event.preventDefault();
      }
    });
    addEventListener("keydown", (event) => {
      if (event.key !== "F6") return;
      event.preventDefault();
      (beside.contains(document.activeElement) ? story : beside).focus();
    });
    // The section to offer opens where its link leads.
    form.querySelector("a[href='#offer']").addEventListener("click", () => setTimeout(() => document.getElementById("offer-to").focus()));
  }
}
