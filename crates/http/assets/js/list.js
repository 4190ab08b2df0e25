// The list: a look at one complaint beside it, without leaving the row.
{
  const sides = document.getElementById("sides");
  const close = () => {
    const preview = document.getElementById("preview");
    const focused = preview?.contains(document.activeElement);
    preview?.remove();
    sides.classList.remove("open");
    const url = new URL(location);
    url.searchParams.delete("preview");
    history.replaceState(null, "", url);
    if (focused) document.querySelector("[data-rows] .seen a")?.focus();
    mark("");
  };
  const mark = (reference) => {
    for (const row of document.querySelectorAll("[data-rows] tr")) {
      row.classList.toggle("seen", row.querySelector("[name=preview]")?.value === reference && reference !== "");
    }
  };
  let asked = 0;
  const look = (reference) => {
    if (document.getElementById("preview")?.dataset.reference === reference) return close();
    const url = new URL(location);
    url.searchParams.set("preview", reference);
    const turn = ++asked;
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.onload = () => {
      const found = request.response?.getElementById("preview");
      if (turn !== asked) return;
      // Signed out meanwhile, or gone: the page itself says it.
      if (!found) return location.assign(url);
      document.getElementById("preview")?.remove();
      sides.append(document.adoptNode(found));
      sides.classList.add("open");
      mark(reference);
      history.replaceState(null, "", url);
    };
    request.onerror = () => location.assign(url);
    request.send();
  };
  if (sides) {
    mark(document.getElementById("preview")?.dataset.reference ?? "");
    sides.addEventListener("look", (event) => {
      const button = event.target.querySelector("[name=preview]");
      if (button) look(button.value);
    });
    document.getElementById("look")?.addEventListener("submit", (event) => {
      if (event.submitter?.name !== "preview") return;
      event.preventDefault();
      look(event.submitter.value);
    });
    sides.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close]")) return;
      event.preventDefault();
      close();
    });
  }
}
