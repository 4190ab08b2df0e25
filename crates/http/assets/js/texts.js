// Reply texts: `::` and a few letters offer them; the arrows choose, Enter puts one in, Escape goes on writing.
{
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
  const most = 50;
  let loaded;
  const load = (address) =>
    (loaded ??= fetch(address)
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : Promise.reject(new Error(String(answer.status)))))
      .catch((fault) => {
        loaded = undefined;
        throw fault;
      }));

  const watch = (box, nth) => {
    const words = box.dataset;
    const list = document.createElement("ul");
    const told = box.parentElement.querySelector("[data-texts-told]");
    Object.assign(list, { id: `texts-${nth}`, className: "texts-list", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.textsTitle);
    told.after(list);
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-haspopup", "listbox");
    let items = [];
    let at = -1;
    let from = -1;
    let asked = 0;

    const close = () => {
      asked += 1;
      from = -1;
      list.hidden = true;
      list.replaceChildren();
      box.removeAttribute("aria-activedescendant");
      box.removeAttribute("aria-controls");
    };
    const mark = (next) => {
      at = next;
      [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
      const row = list.children[at];
      if (!row) return;
      row.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", row.id);
    };
    const put = (item) => {
      const start = from;
      box.setRangeText(item.text, start, box.selectionStart, "end");
      close();
      box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
      const gap = item.gap ? box.value.indexOf(item.gap, start) : -1;
      if (gap >= 0) box.setSelectionRange(gap, gap + item.gap.length);
      told.textContent = item.told || words.textsPut.replace("{name}", () => item.name);
    };
    const row = (item, i) => {
      const [line, name, of, text] = ["li", "strong", "span", "small"].map((tag) => document.createElement(tag));
      line.id = `${list.id}-${i}`;
      line.setAttribute("role", "option");
      of.textContent = item.of;
      name.append(item.name, of);
      Object.assign(text, { textContent: item.text.slice(0, 200), lang: item.language });
      line.append(name, text);
      line.addEventListener("mousedown", (event) => event.preventDefault());
      line.addEventListener("click", () => put(item));
      return line;
    };
    const look = async () => {
      const before = box.value.slice(0, box.selectionStart);
      const typed = box.selectionStart === box.selectionEnd && before.match(/::([^\n:]{0,40})$/);
      if (!typed) return void (from >= 0 && close());
      from = before.length - typed[0].length;
      const mine = (asked += 1);
      let all;
      try {
        all = await load(box.form.action.replace(/[^/]+$/, words.texts));
      } catch {
        told.textContent = words.textsFailed;
        return;
      }
      if (mine !== asked) return;
      const wanted = fold(typed[1].trim());
      items = all.filter((item) => fold(item.name).includes(wanted)).slice(0, most);
      list.replaceChildren(...items.map(row));
      list.hidden = items.length === 0;
      told.textContent = items.length ? words.textsFound.replace("{n}", items.length) : words.textsNone;
      if (!items.length) return box.removeAttribute("aria-activedescendant");
      box.setAttribute("aria-controls", list.id);
      mark(0);
    };

    box.addEventListener("input", (event) => {
      if (event.isComposing || event.inputType === "insertReplacementText") return;
      look();
    });
    box.addEventListener("compositionend", look);
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing || event.keyCode === 229) return;
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      if (steps[event.key]) mark((at + steps[event.key] + items.length) % items.length);
      else if (event.key === "Enter") put(items[at]);
      else if (event.key === "Escape") {
        close();
        told.textContent = "";
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  };
  document.querySelectorAll("textarea[data-texts]").forEach(watch);
  for (const tip of document.querySelectorAll("[data-texts-tip]")) tip.hidden = false;
}
