// What is needed seldom, loaded by the first key that needs it.
// The sheet of keys.
export const help = (show) => {
  const request = new XMLHttpRequest();
  request.open("GET", "/keys");
  request.responseType = "document";
  request.onload = () => {
    const sheet = request.response?.getElementById("keys");
    if (!sheet || document.querySelector("dialog[open]")) return;
    const dialog = document.createElement("dialog");
    const close = document.createElement("button");
    close.className = "b";
    close.textContent = sheet.dataset.close;
    close.addEventListener("click", () => dialog.close());
    dialog.setAttribute("aria-labelledby", "keys-title");
    dialog.append(document.adoptNode(sheet), close);
    show(dialog);
    // Its end has the focus, and is not what one reads first.
    dialog.scrollTop = 0;
  };
  request.send();
};

// The number of what one is at; once more its title, and once more its address.
let copies = 0;
let copied = -9999;
export const copy = async (row, words, at) => {
  const page = document.querySelector("[data-complaint]");
  const title = page?.querySelector(".subject") ?? row?.querySelector("a[href^='/complaints/C-']");
  if (!title) return;
  const number = page?.dataset.reference ?? title.getAttribute("href").split("/")[2];
  copies = at - copied < 2000 ? (copies + 1) % 3 : 0;
  copied = at;
  const text = [number, title.textContent, `${location.origin}/complaints/${number}`][copies];
  let told = document.getElementById("copied");
  if (!told) {
    told = document.createElement("p");
    told.id = "copied";
    told.className = "panel";
    told.setAttribute("role", "status");
    Object.assign(told.style, { position: "fixed", left: "16px", bottom: "72px", zIndex: 9, maxWidth: "400px", padding: "10px 16px" });
    document.body.append(told);
  }
  // Without the browser's leave it is shown, so that it can be taken from there.
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  told.textContent = done ? words.replace("{n}", () => text) : text;
  setTimeout(() => at === copied && told.remove(), 4000);
};

// A new complaint of who is in the clipboard, as far as the browser lets it be read; it goes into no address.
export const bring = async () => {
  const who = (await navigator.clipboard?.readText().catch(() => ""))?.trim() ?? "";
  if (who.length < 201 && !who.includes("\n")) sessionStorage.setItem("who", who);
  document.querySelector("a.new").click();
};
