// Files go in as soon as they are chosen, dropped or pasted; the form names them. Without this they go in with the form.
{
  let under_way = 0;
  const row = (one) => {
    const [line, label, box, text, name, size] = ["li", "label", "input", "span", "bdi", "span"].map((tag) => document.createElement(tag));
    Object.assign(label, { className: "check" });
    Object.assign(box, { type: "checkbox", name: "attachments", value: one.id, checked: true });
    Object.assign(size, { className: "meta", textContent: one.size });
    name.textContent = one.name;
    text.append(name, " ", size);
    label.append(box, text);
    line.append(label);
    return line;
  };
  const send = async (field, files) => {
    const form = field.closest("form");
    const told = field.querySelector("[role=status]");
    under_way += 1;
    told.textContent = "…";
    for (const file of files) {
      const body = new FormData();
      body.append("_token", form.elements._token.value);
      body.append("file", file, file.name || "screenshot.png");
      const answer = await fetch("/files", { method: "POST", body }).catch(() => null);
      const made = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
      told.textContent = made ? (made.wrong ?? "") : field.dataset.files;
      field.querySelector("ul").append(...(made?.items ?? []).map(row));
    }
    under_way -= 1;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    if (!under_way && form.waits) {
      const by = form.waits;
      delete form.waits;
      form.requestSubmit(by === form ? undefined : by);
    }
  };
  const of = (target) => target.closest?.("form")?.querySelector("[data-files]");
  document.addEventListener("change", ({ target }) => {
    const field = target.type === "file" && target.closest("[data-files]");
    if (!field || !target.files.length) return;
    const files = [...target.files];
    target.value = "";
    send(field, files);
  });
  document.addEventListener("paste", (event) => {
    const field = of(event.target);
    const files = [...(event.clipboardData?.files ?? [])];
    if (!field || !files.length) return;
    event.preventDefault();
    send(field, files);
  });
  document.addEventListener("dragover", (event) => {
    if (of(event.target) && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const field = of(event.target);
    if (!field || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    send(field, [...event.dataTransfer.files]);
  });
  // A form waits for its files.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!under_way || !form.querySelector?.("[data-files]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.waits = event.submitter ?? form;
  }, true);
}
