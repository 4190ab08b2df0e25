// A field that was filled in is looked at when it is left, and every field when the form is sent, by what the form itself
// asks of it. What is wrong stands beside the field, in the page's language; what the server said there stays.
{
  const { needed, invalid } = document.body.dataset;
  const box = (control) => control.closest(".field");
  const mine = (field) => field.querySelector("[data-check]");
  const clear = (control) => {
    const field = box(control);
    if (!field || !mine(field)) return;
    mine(field).remove();
    field.classList.remove("wrong");
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
  };
  const tell = (control) => {
    const field = box(control);
    if (field.querySelector(".wrong-words:not([data-check])")) return;
    const words = mine(field) ?? document.createElement("small");
    words.className = "wrong-words";
    words.dataset.check = "";
    words.id ||= `check-${Math.random().toString(36).slice(2)}`;
    words.textContent = control.validity.valueMissing ? needed : invalid;
    if (!words.isConnected) (field.querySelector(":scope>label,:scope>legend,:scope>span") ?? control).after(words);
    field.classList.add("wrong");
    control.setAttribute("aria-invalid", "true");
    if (!control.hasAttribute("aria-describedby")) control.setAttribute("aria-describedby", words.id);
  };
  let first = true;
  if (needed) {
    document.addEventListener("focusout", ({ target }) => {
      if (!target.validity || !box(target)) return;
      if (target.validity.valid) clear(target);
      else if (target.value || target.validity.badInput) tell(target);
    });
    document.addEventListener("input", ({ target }) => target.validity?.valid && clear(target));
    document.addEventListener(
      "invalid",
      (event) => {
        if (!box(event.target)) return;
        event.preventDefault();
        tell(event.target);
        if (first) event.target.focus();
        first = false;
        setTimeout(() => (first = true));
      },
      true,
    );
  }
}
