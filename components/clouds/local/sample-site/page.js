(() => {
  const EVERY_MS = 1000;
  const GIVE_UP_MS = 3000;
  const COLOURS = 8;
  const $ = (id) => document.getElementById(id);
  const servers = new Map();
  let failed = 0;
  let lastAnswer = Date.now();
  let failing = false;

  const seen = (name, dataCenter) => {
    let server = servers.get(name);
    if (!server) {
      const colour = `var(--c${servers.size % COLOURS})`;
      const row = document.createElement("li");
      row.innerHTML = "<span><b></b> <small></small></span><output></output><div><i></i></div>";
      row.style.setProperty("--bar", colour);
      row.querySelector("b").textContent = name;
      row.querySelector("small").textContent = `in ${dataCenter}`;
      server = { name, colour, row, answers: 0 };
      servers.set(name, server);
      $("tally").append(
        ...[...servers.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })).map((one) => one.row),
      );
    }
    return server;
  };
  const tick = (colour, title) => {
    const cell = document.createElement("i");
    if (colour) cell.style.background = colour;
    else cell.className = "fault";
    cell.title = title;
    $("strip").firstChild.remove();
    $("strip").append(cell);
  };
  const duration = (seconds) => {
    const s = Math.floor(seconds);
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
    return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  };
  const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
  const say = (text) => {
    if ($("state").textContent !== text) $("state").textContent = text;
  };

  const answered = (who) => {
    const server = seen(who.server, who.dataCenter);
    server.answers += 1;
    lastAnswer = Date.now();
    failing = false;
    document.body.style.setProperty("--now", server.colour);
    document.title = `${who.site} · ${who.server}`;
    for (const id of ["server", "dataCenter", "pool", "pid"]) $(id).textContent = who[id];
    $("requests").textContent = who.requests.toLocaleString("en");
    $("uptime").textContent = duration(who.uptimeSeconds);
    tick(server.colour, who.server);
  };
  const missed = (why) => {
    failed += 1;
    failing = true;
    tick("", why);
  };
  const show = () => {
    const total = [...servers.values()].reduce((sum, one) => sum + one.answers, 0);
    const most = Math.max(1, ...[...servers.values()].map((one) => one.answers));
    for (const one of servers.values()) {
      one.row.querySelector("output").textContent = one.answers.toLocaleString("en");
      one.row.querySelector("i").style.width = `${(100 * one.answers) / most}%`;
    }
    $("live").classList.toggle("failing", failing);
    $("label").textContent = failing ? "Last answered by" : "Answered by";
    const soFar = `${count(total, "answer", "answers")}, ${failed === 0 ? "none failed" : `${failed} failed`}`;
    say(
      failing
        ? `No answer for ${duration((Date.now() - lastAnswer) / 1000)}; asking again every second. ${soFar}.`
        : `One request a second: ${soFar}.`,
    );
  };
  const ask = async () => {
    const began = Date.now();
    try {
      // The page's own address: behind a route, its pool answers.
      const response = await fetch(location.href, {
        headers: { accept: "application/json" },
        cache: "no-store",
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      answered(await response.json());
    } catch (error) {
      missed(String(error && error.message ? error.message : error));
    }
    show();
    setTimeout(ask, Math.max(0, EVERY_MS - (Date.now() - began)));
  };

  for (let i = 0; i < 60; i += 1) $("strip").append(document.createElement("i"));
  $("live").hidden = false;
  seen(document.body.dataset.server, document.body.dataset.dataCenter);
  show();
  setTimeout(ask, EVERY_MS);
})();
