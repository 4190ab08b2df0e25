// What others do comes in while the page is open. Nothing that is read moves, and nothing that is written is touched.
{
  const body = document.body.dataset;
  const complaint = document.querySelector("[data-complaint]");
  const list = document.querySelector("table[data-rows]");
  const desk = document.querySelector(".desk");
  let last = body.live;
  let stream;
  let over = false;
  let fresh = [];

  // The page as it would be now; that it was asked for by itself keeps no session alive.
  const page = () =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      // What a form was answered with stands at the address of the form.
      request.open("GET", complaint ? `/complaints/${complaint.dataset.reference}` : location.href.split("#")[0]);
      request.setRequestHeader("x-live", "1");
      request.responseType = "document";
      request.onload = () => done(request.status === 200 ? request.response : null);
      request.onerror = () => done(null);
      request.send();
    });

  const text = (place, words) => {
    if (place && place.textContent !== words) place.textContent = words;
  };
  const count = (name, words) => {
    for (const place of document.querySelectorAll(`[data-count=${name}]`)) text(place, words);
  };
  const counts = async () => {
    const answer = await fetch("/counts").catch(() => null);
    if (answer?.status === 401) over = true;
    if (!answer?.ok) return;
    for (const [name, words] of Object.entries(await answer.json())) {
      if (name === "bell") document.querySelector(".bell")?.setAttribute("aria-label", words);
      else count(name, words);
    }
  };

  // Somebody is at work in it: it stays as it is.
  const inUse = (part) =>
    part.contains(document.activeElement) ||
    part.querySelector("details[open]") ||
    [...part.querySelectorAll("input,textarea")].some((field) => field.type !== "hidden" && field.value !== field.defaultValue);

  const swap = (from, to) => {
    const put = document.adoptNode(to);
    from.replaceWith(put);
    return put;
  };

  // What came in, told in a corner; it leads there.
  const came = (number, href) => {
    let toast = document.getElementById("came");
    if (!toast) {
      const status = document.createElement("div");
      status.setAttribute("role", "status");
      toast = document.createElement("a");
      toast.id = "came";
      toast.className = "b";
      Object.assign(toast.style, { position: "fixed", left: "16px", bottom: "72px", zIndex: 5 });
      toast.addEventListener("click", () => {
        status.remove();
        fresh = [];
      });
      status.append(toast);
      document.getElementById("main").append(status);
    }
    toast.href = href;
    text(toast, body.came.replace("{n}", number));
  };

  const name = (row) => row.querySelector("[name=preview]")?.value;
  const rows = (now) => {
    const found = new Map();
    for (const row of now.querySelectorAll("table[data-rows] tbody tr")) found.set(name(row), row);
    for (const row of [...list.tBodies[0].rows]) {
      const fresh = found.get(name(row));
      found.delete(name(row));
      row.style.opacity = fresh ? "" : 0.6;
      if (!fresh || fresh.innerHTML === row.innerHTML) continue;
      const fields = [...row.querySelectorAll("a,input")];
      const at = fields.indexOf(document.activeElement);
      const ticks = fields.map((field) => field.checked);
      fresh.className = row.className;
      const put = [...swap(row, fresh).querySelectorAll("a,input")];
      put.forEach((field, place) => (field.checked = ticks[place]));
      if (at >= 0) put[at]?.focus({ preventScroll: true });
    }
    if (found.size) came(found.size, location.href);
  };

  const sections = (now) => {
    for (const part of desk.querySelectorAll("section")) {
      const fresh = now.querySelector(`.desk section[aria-labelledby=${part.getAttribute("aria-labelledby")}]`);
      if (fresh && !inUse(part)) swap(part, fresh);
    }
    const say = now.querySelector(".say");
    const shown = document.querySelector(".say");
    if (say && shown) swap(shown, say);
  };

  const story = (now) => {
    const days = complaint.querySelector(".days");
    for (const day of now.querySelectorAll(".days>li")) {
      const added = [...day.querySelectorAll("li[id]")].filter((entry) => !document.getElementById(entry.id));
      if (!added.length) continue;
      fresh.push(...added.map((entry) => entry.id));
      const title = day.querySelector(".day").textContent;
      const same = [...days.children].find((other) => other.querySelector(".day").textContent === title);
      if (same) same.querySelector(".events").append(...added.map((entry) => document.adoptNode(entry)));
      else days.append(document.adoptNode(day));
    }
    if (fresh.length) came(fresh.length, "#" + fresh[0]);
    const parts = (from) => [...from.querySelectorAll(".case>.row,.case>.acts,aside.beside>section")];
    const others = parts(now);
    const shown = parts(complaint);
    // Where there is another number of parts, only those that are still in the same place are known.
    if (others.length === shown.length) shown.forEach((part, at) => inUse(part) || swap(part, others[at]));
    text(complaint.querySelector("[data-here]"), here);
  };

  let here = complaint?.querySelector("[data-here]")?.textContent ?? "";
  let busy = false;
  let again = false;
  const update = async () => {
    if (busy) return void (again = true);
    busy = true;
    const now = await page();
    if (now) {
      for (const place of now.querySelectorAll("[data-count]")) count(place.dataset.count, place.textContent);
      const bell = now.querySelector(".bell");
      if (bell) document.querySelector(".bell")?.setAttribute("aria-label", bell.getAttribute("aria-label"));
      if (list) rows(now);
      if (desk) sections(now);
      if (complaint) story(now);
    }
    setTimeout(() => {
      busy = false;
      if (again) update();
      again = false;
    }, 500);
  };

  const changed = (event) => {
    last = event.lastEventId || last;
    const { complaint: of, yours } = JSON.parse(event.data);
    const shown = complaint
      ? of.reference === complaint.dataset.reference
      : list
        ? yours || [...list.tBodies[0].rows].some((row) => name(row) === of.reference)
        : desk && yours;
    if (shown) update();
    if (yours && (!shown || complaint)) counts();
  };

  const open = () => {
    if (stream || over || document.hidden) return;
    const watch = complaint ? "&watch=" + complaint.dataset.reference : "";
    stream = new EventSource(`/events?after=${last}${watch}`);
    stream.addEventListener("complaint", changed);
    stream.addEventListener("ready", (event) => (last = event.lastEventId || last));
    stream.addEventListener("reset", (event) => {
      last = event.lastEventId || last;
      if (complaint || list || desk) update();
      else counts();
    });
    stream.addEventListener("presence", (event) => {
      here = JSON.parse(event.data).words;
      text(complaint.querySelector("[data-here]"), here);
    });
    stream.addEventListener("error", () => {
      if (stream?.readyState !== EventSource.CLOSED) return;
      // Refused: nobody is signed in any more, or there are too many. Asked again after a while, unless it is over.
      close();
      setTimeout(async () => {
        await counts();
        open();
      }, 10000);
    });
  };
  const close = () => {
    stream?.close();
    stream = undefined;
  };

  // Who writes is seen to write: told at most every ten seconds, and no longer once nothing was written for as long.
  const writes = () => {
    let said = 0;
    let rest;
    const say = (doing) => {
      const token = complaint.querySelector(".pane [name=_token]")?.value;
      const data = new URLSearchParams({ _token: token ?? "", doing });
      fetch(`/complaints/${complaint.dataset.reference}/presence`, { method: "POST", body: data, keepalive: true }).catch(() => null);
    };
    const stop = () => {
      clearTimeout(rest);
      if (said) say("away");
      said = 0;
    };
    complaint.addEventListener("input", (event) => {
      if (!event.target.closest(".pane") || !event.target.matches("textarea")) return;
      clearTimeout(rest);
      rest = setTimeout(stop, 15000);
      if (!event.target.value.trim()) return stop();
      if (Date.now() - said < 10000) return;
      said = Date.now();
      say("writing");
    });
    addEventListener("pagehide", stop);
  };

  if (last && window.EventSource) {
    open();
    // A browser has few connections to a desk: a page that nobody sees gives its own back, and goes on from there later.
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    addEventListener("pagehide", close);
    addEventListener("pageshow", open);
    if (complaint) writes();
  }
}
