// On every page: a form is sent once, and what is told of time stays true.
{
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Of a list too long to send whole, what fits what is typed.
  let wait;
  document.addEventListener("input", ({ target }) => {
    clearTimeout(wait);
    const { find } = target.dataset ?? {};
    if (!find || target.value.trim().length < 2) return;
    wait = setTimeout(async () => {
      const found = await fetch(find + "?q=" + encodeURIComponent(target.value));
      if (found.ok) target.list.replaceChildren(...(await found.json()).map((name) => new Option(name, name)));
    }, 150);
  });
  // Back from the next page, a browser shows the form as it was left.
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
  // A suggestion fills its field, and does nothing more.
  for (const offer of document.querySelectorAll("[data-fill]")) offer.hidden = false;
  document.addEventListener("click", (event) => {
    const offer = event.target.closest?.("[data-fill]");
    if (!offer) return;
    const field = document.getElementById(offer.dataset.fill);
    field.value = offer.value;
    // Of very many causes not all are in the list.
    if (field.value !== offer.value) field.add(new Option(offer.textContent, offer.value, true, true));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
