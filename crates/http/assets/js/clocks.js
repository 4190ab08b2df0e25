// Due times less than a day away stay true while the page is open. Which of them are told in minutes and hours is seen by
// their words: those of the server are made again for its own time, and others are left alone.
{
  const { now, clock } = document.body.dataset;
  const [minutes, hours, left, late] = (clock ?? "").split("|");
  const ahead = Date.parse(now) - Date.now();
  const words = (due, at) => {
    const apart = Math.trunc(Math.abs(due - at) / 60000);
    if (apart >= 1440) return "";
    const long = apart < 60 ? minutes : hours;
    const time = long.replace("{h}", Math.trunc(apart / 60)).replace("{m}", apart % 60);
    return (due < at ? late : left).replace("{t}", time);
  };
  const known = new WeakSet();
  const tell = () => {
    const at = Date.now() + ahead;
    for (const time of document.querySelectorAll("time.k,.list time")) {
      const due = Date.parse(time.dateTime);
      const text = time.firstChild;
      if (!known.has(time)) {
        // A row that came in later was written up to a minute ago.
        if (![at, at - 60000].some((then) => words(due, then) === text.data)) continue;
        known.add(time);
      }
      const said = words(due, at);
      if (!said || said === text.data) continue;
      text.data = said;
      time.classList.toggle("late", due < at);
      time.classList.toggle("soon", due >= at && due - at < 3600000);
    }
  };
  if (late) {
    tell();
    setInterval(tell, 60000);
    document.addEventListener("visibilitychange", tell);
  }
}
