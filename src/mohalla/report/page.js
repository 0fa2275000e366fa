// What moves on a page: sliders, what a pointer shows, what is switched on and off.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const read = (id) => JSON.parse($(id).textContent);
  const data = read("data"), city = $("map-data") && read("map-data"), tip = $("tip");
  const esc = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const show = (v) => v === 0 ? "0" : Math.abs(v) >= 1000 ? Math.round(v).toLocaleString("en") : String(+v.toPrecision(3));
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const date = (year, whole) => whole ? String(Math.floor(year)) : `${months[Math.floor((year % 1) * 12)]} ${Math.floor(year)}`;

  function place(event, html) {
    tip.innerHTML = html;
    tip.hidden = false;
    const room = document.documentElement.clientWidth, wide = tip.offsetWidth;
    const x = event.pageX + 16 + wide > room ? Math.max(6, event.pageX - wide - 16) : event.pageX + 16;
    tip.style.left = `${x}px`;
    tip.style.top = `${event.pageY + 14}px`;
  }
  const hide = () => { tip.hidden = true; document.querySelectorAll(".cross").forEach((line) => line.remove()); };

  // Numbers behind the curves, where the reader points.
  function nearest(values, year) {
    let best = 0;
    values.forEach((value, i) => { if (Math.abs(value - year) < Math.abs(values[best] - year)) best = i; });
    return best;
  }
  function numbers(panel, i) {
    return panel.lines.map((line) => {
      const one = line.low[i] === line.high[i];
      const reference = line.reference.length ? `; reference ${show(line.reference[i])}` : "";
      const range = one ? "" : ` <span>(${show(line.low[i])} to ${show(line.high[i])}${reference})</span>`;
      return `<div><i style="background:${line.colour}"></i>${esc(line.label)}: <b>${show(line.median[i])}</b>${range}</div>`;
    }).join("");
  }
  function near(year, reach) {
    return data.events.filter(([from, to, kind]) => kind === "operation" ? from <= year && year <= to : Math.abs(from - year) < reach)
      .slice(0, 4).map((event) => `<span class="dated">${esc(event[3])}: ${esc(event[4])}</span>`).join("");
  }
  function cross(svg, x) {
    svg.querySelectorAll(".cross").forEach((line) => line.remove());
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const set = { class: "cross", x1: x, x2: x, y1: 8, y2: svg.dataset.floor };
    Object.entries(set).forEach(([key, value]) => line.setAttribute(key, value));
    svg.append(line);
  }
  function point(event) {
    const own = event.target.closest(".record, .seats, .tip");
    const svg = event.target.closest("svg.chart");
    if (!svg) return hide();
    if (own) return place(event, esc(own.querySelector("title").textContent));
    const panel = data.panels[svg.dataset.panel];
    if (!panel) return hide();
    const box = svg.getBoundingClientRect(), { left, right, start, end } = svg.dataset;
    const across = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
    const year = +start + (across - left) / (right - left) * (end - start);
    if (across < left - 4 || across > +right + 4) return hide();
    const axis = data.axes[panel.axis], i = nearest(axis, year);
    cross(svg, +left + (axis[i] - start) / (end - start) * (right - left));
    const events = document.body.classList.contains("with-events") ? near(year, (end - start) / 150) : "";
    place(event, `<b>${date(axis[i], panel.axis === "years")}</b> <span>${esc(panel.unit)}</span>${numbers(panel, i)}${events}`);
  }
  document.querySelectorAll("svg.chart").forEach((svg) => {
    svg.querySelectorAll("g.record, g.seats, g.tip").forEach((g) => g.setAttribute("tabindex", "-1"));
    ["pointermove", "pointerdown"].forEach((name) => svg.addEventListener(name, point));
    svg.addEventListener("pointerleave", hide);
  });
  window.addEventListener("scroll", hide, { passive: true });
  const toggle = $("events-on");
  if (toggle) toggle.addEventListener("change", (event) => document.body.classList.toggle("with-events", event.target.checked));

  // Sliders over quarters: the map and the tree.
  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const scales = Object.fromEntries(Object.entries(data.scales).map(([k, v]) => [k, v.map(rgb)]));
  const unpack = (layers) => Object.fromEntries(Object.entries(layers).map(([k, v]) => [k, Uint8Array.from(atob(v), (c) => c.charCodeAt(0))]));
  const month = (day) => `${months[+day.slice(5, 7) - 1]} ${day.slice(0, 4)}`;
  const decimal = (day) => { const year = +day.slice(0, 4); return year + (Date.parse(day) - Date.parse(`${year}-01-01`)) / 31557600000; };
  function colour(name, share) {
    const stops = scales[name], at = Math.min(Math.max(share, 0), 1) * 2, low = Math.min(Math.floor(at), 1);
    return `rgb(${stops[low].map((v, i) => Math.round(v + (stops[low + 1][i] - v) * (at - low))).join(",")})`;
  }
  const ramp = (name) => `linear-gradient(90deg,${[0, .25, .5, .75, 1].map((share) => colour(name, share)).join(",")})`;
  function during(day) {
    const from = decimal(day), to = from + .25;
    return data.events.filter((event) => event[0] < to && event[1] >= from).slice(0, 4).map((event) => `${event[3]}: ${event[4]}`).join(" · ");
  }
  function slider(name, quarters, paint) {
    const time = $(`${name}-time`), button = $(`${name}-play`);
    let timer = null;
    function move() {
      const when = quarters[+time.value] || "";
      $(`${name}-when`).textContent = $(`${name}-date`).textContent = when ? month(when) : "";
      $(`${name}-dated`).textContent = when ? during(when) : "";
      paint(+time.value);
    }
    function play() {
      if (timer) { clearInterval(timer); timer = null; } else {
        if (+time.value >= +time.max) time.value = 0;
        timer = setInterval(() => { time.value = +time.value + 1; move(); if (+time.value >= +time.max) play(); }, 130);
      }
      button.textContent = timer ? "❚❚" : "▶";
      button.setAttribute("aria-label", timer ? "Pause" : "Play");
    }
    time.addEventListener("input", move);
    button.addEventListener("click", play);
    return move;
  }

  // The map.
  function map() {
    if (!city) return;
    const layer = $("map-layer"), party = $("map-party"), units = [...document.querySelectorAll("#units polygon")];
    if (!city.quarters.length || !units.length) return;
    const bytes = unpack(city.layers), fronts = unpack({ all: city.fronts }).all, sides = city.sides;
    const text = {
      hold: ["Hold of", "share of adults in the unit who show it"], coerced: ["Coerced by", "share of adults who show it and prefer another"],
      watch: ["Watch of", "chance that an open dissenter is noticed, 0–1"], force: ["Force of", "capacity to hurt, 0–1"],
      killings: ["Killings", "deaths in the quarter, all causes"], leads: ["Who leads", "organisation with the largest hold"],
    };
    let shown = null, quarter = 0;
    const key = () => ["killings", "leads"].includes(layer.value) ? layer.value : `${layer.value}/${party.value}`;
    const raw = (name, unit) => bytes[name][quarter * units.length + unit];
    const value = (name, unit) => raw(name, unit) / city.steps * city.tops[name];
    const named = (id) => city.parties.find((one) => one[0] === id)[1];
    const leader = (unit) => { const n = raw("leads", unit); return n ? city.parties[n - 1] : ["", "nobody, or one not listed", "#e4e7eb"]; };
    function legend() {
      const name = layer.value, [title, unit] = text[name], whose = ["killings", "leads"].includes(name);
      $("map-title").textContent = whose ? title : `${title} ${named(party.value)}`;
      $("map-unit").textContent = unit;
      party.disabled = whose;
      const swatch = ([, label, tint]) => `<div class="swatch"><i style="background:${tint}"></i>${esc(label)}</div>`;
      $("map-legend").innerHTML = name === "leads" ? [...city.parties, ["", "nobody, or one not listed", "#e4e7eb"]].map(swatch).join("")
        : `<div class="ramp" style="background:${ramp(name)}"></div><div class="ends"><span>0</span><span>${show(city.tops[key()])}</span></div>`;
    }
    function describe(i) {
      shown = i;
      const rows = city.parties.map(([id, label]) => `${esc(label)}: hold ${Math.round(100 * value(`hold/${id}`, i))} %, coerced ${Math.round(100 * value(`coerced/${id}`, i))} %`);
      $("map-info").innerHTML = `<b>${esc(city.units[i])}</b> (synthetic)<br>${esc(city.sectors[i])}, ${esc(city.districts[i])}<br>${rows.join("<br>")}<br>Killings in the quarter: ${Math.round(value("killings", i))}`;
    }
    function borders() {
      const part = (wanted) => sides.filter((_, i) => wanted(fronts[quarter * sides.length + i])).join("");
      $("fronts-held").setAttribute("d", part((code) => code === 1));
      $("fronts-armed").setAttribute("d", part((code) => code > 1));
      $("fronts-under").setAttribute("d", part((code) => code > 0));
    }
    const paint = slider("map", city.quarters, (now) => {
      quarter = now;
      const name = key();
      units.forEach((unit, i) => unit.setAttribute("fill", name === "leads" ? leader(i)[2] : colour(layer.value, raw(name, i) / city.steps)));
      borders();
      if (shown !== null) describe(shown);
    });
    $("map-fronts").addEventListener("change", (event) => $("panel-map").classList.toggle("with-fronts", event.target.checked));
    units.forEach((unit, i) => ["pointerenter", "pointerdown"].forEach((name) => unit.addEventListener(name, () => describe(i))));
    [layer, party].forEach((select) => select.addEventListener("change", () => { legend(); paint(); }));
    legend();
    paint();
  }
  map();

  // The tree of posts.
  function tree() {
    if (!$("tree-data")) return;
    const posts = read("tree-data"), bytes = unpack(posts.layers), count = posts.posts.length, vacant = 255;
    const measure = $("tree-measure"), party = $("tree-party"), drawn = [...document.querySelectorAll("svg.tree")];
    const nodes = drawn.map((svg) => [...svg.querySelectorAll(".posts circle")]);
    let shown = null, quarter = 0;
    const whose = () => party ? party.value : posts.parties[0][0];
    const named = () => posts.parties.find((one) => one[0] === whose())[1];
    const raw = (name, i) => bytes[`${name}/${whose()}`][quarter * count + i];
    const value = (name, i) => { const [, , low, high] = posts.measures[name]; return low + raw(name, i) / posts.steps * (high - low); };
    const shade = (name, i) => { const [, , low, , dark] = posts.measures[name]; return colour(name, (value(name, i) - low) / (dark - low)); };
    const fresh = (i) => raw("tenure", i) !== vacant && value("tenure", i) < 1;
    const dot = (node) => { const [x, y] = ["cx", "cy"].map((name) => +node.getAttribute(name)); return `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`; };
    function describe(i) {
      shown = i;
      const parts = raw("tenure", i) === vacant ? ["vacant"]
        : Object.entries(posts.measures).map(([name, [title, unit]]) => `${title.toLowerCase()} ${unit === "years" ? `${show(value(name, i))} years` : value(name, i).toFixed(2)}`);
      $("tree-info").innerHTML = `<b>${esc(posts.posts[i])}</b> (synthetic), ${esc(named())}: ${esc(parts.join(", "))}.`;
    }
    function span() {
      const there = posts.quarters.filter((_, q) => bytes[`tenure/${whose()}`].subarray(q * count, (q + 1) * count).some((one) => one !== vacant));
      return there.length ? `; it does between ${month(there[0])} and ${month(there[there.length - 1])}` : "";
    }
    function sum() {
      const held = posts.posts.map((_, i) => i).filter((i) => raw("tenure", i) !== vacant), name = measure.value, [title] = posts.measures[name];
      const mean = held.reduce((total, i) => total + value(name, i), 0) / held.length;
      $("tree-info").innerHTML = held.length ? `${held.length} of ${count} posts held; mean ${esc(title.toLowerCase())} ${mean.toFixed(2)}; ${held.filter(fresh).length} holders in the post for less than a year. Point at or touch a post.` : `${esc(named())} holds no posts at this time${span()}.`;
    }
    const paint = slider("tree", posts.quarters, (now) => {
      quarter = now;
      const name = measure.value, tints = posts.posts.map((_, i) => raw(name, i) === vacant ? "#ffffff" : shade(name, i));
      nodes.forEach((group, which) => {
        group.forEach((node, i) => { node.setAttribute("fill", tints[i]); node.classList.toggle("vacant", raw(name, i) === vacant); });
        drawn[which].querySelector(".fresh").setAttribute("d", group.filter((_, i) => fresh(i)).map(dot).join(""));
      });
      if (shown === null) sum(); else describe(shown);
    });
    function legend() {
      const name = measure.value, [title, unit, low, high, dark] = posts.measures[name];
      $("tree-title").textContent = `Posts of ${named()}: ${title.toLowerCase()} of their holders`;
      $("tree-unit").textContent = `${unit}, reference run`;
      $("tree-low").textContent = show(low);
      $("tree-high").textContent = dark < high ? `${show(dark)} or more` : show(high);
      $("tree-ramp").style.background = ramp(name);
    }
    nodes.forEach((group) => group.forEach((node, i) => ["pointerenter", "pointerdown"].forEach((name) => node.addEventListener(name, () => describe(i)))));
    drawn.forEach((svg) => svg.addEventListener("pointerleave", () => { shown = null; sum(); }));
    [measure, party].forEach((select) => select && select.addEventListener("change", () => { legend(); paint(); }));
    legend();
    paint();
  }
  tree();

  // Money by period.
  const period = $("flow-period");
  if (period) period.addEventListener("change", () => document.querySelectorAll(".period").forEach((part, i) => { part.hidden = i !== +period.value; }));

  // A link to a folded part unfolds it; so does printing.
  const open = () => { const part = location.hash && document.querySelector(CSS.escape ? `#${CSS.escape(decodeURIComponent(location.hash.slice(1)))}` : location.hash); if (part && part.tagName === "DETAILS") part.open = true; };
  if (window.innerWidth > 820) document.querySelectorAll("details[data-wide]").forEach((part) => { part.open = true; });
  window.addEventListener("hashchange", open);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  open();
})();
