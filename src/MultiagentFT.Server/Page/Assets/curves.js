import { getJson } from "./api.js";
import { byId, el, percent } from "./elements.js";

const SVG = "http://www.w3.org/2000/svg";
const SIZE = { width: 640, height: 300, left: 66, right: 14, top: 12, bottom: 28 };

function svg(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Baselines are dashed levels; what is finetuned is a line from the baseline that it starts as. */
function chart(curves) {
  const points = curves.flatMap((curve) => curve.points);
  const iterations = Math.max(1, ...points.map((point) => point.iteration));
  const low = Math.max(0, Math.floor(Math.min(...points.map((point) => point.low)) * 20 - 0.001) / 20);
  const high = Math.min(1, Math.ceil(Math.max(...points.map((point) => point.high)) * 20 + 0.001) / 20);
  const x = (iteration) => SIZE.left + 34 + iteration / iterations * (SIZE.width - SIZE.left - SIZE.right - 68);
  const y = (accuracy) => SIZE.top + (high - accuracy) / (high - low) * (SIZE.height - SIZE.top - SIZE.bottom);
  const drawn = svg("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: "img", "aria-label": "Accuracy by iteration; the table below has the same numbers" });
  const steps = Math.round((high - low) * 20);
  for (let step = 0; step <= steps; step += steps > 10 ? 2 : 1) {
    const level = low + step / 20;
    drawn.append(svg("path", { class: "axis", d: `M${SIZE.left} ${y(level)}H${SIZE.width - SIZE.right}` }));
    drawn.append(svg("text", { x: SIZE.left - 6, y: y(level) + 4, "text-anchor": "end" }, `${Math.round(level * 100)} %`));
  }
  for (let k = 0; k <= iterations; k++) drawn.append(svg("text", { x: x(k), y: SIZE.height - 8, "text-anchor": "middle" }, k === 0 ? "base" : String(k)));
  curves.forEach((curve, index) => {
    const style = `c${index % 8}`;
    const isLevel = curve.points.every((point) => point.iteration === 0);
    if (isLevel) {
      drawn.append(svg("path", { class: `curve level ${style}`, d: `M${SIZE.left} ${y(curve.points[0].accuracy)}H${SIZE.width - SIZE.right}` }));
      return;
    }
    const start = curves.find((other) => other.method === curve.startsAs)?.points.find((point) => point.iteration === 0);
    const path = (start ? [start, ...curve.points] : curve.points).map((point) => `${x(point.iteration)} ${y(point.accuracy)}`);
    drawn.append(svg("path", { class: `curve ${style}`, d: `M${path.join("L")}` }));
    for (const point of curve.points) {
      // Side by side, so that intervals do not cover each other.
      const at = x(point.iteration) + (index % 5 - 2) * 3;
      drawn.append(svg("path", { class: `curve ${style}`, d: `M${at} ${y(point.high)}V${y(point.low)}` }));
      drawn.append(svg("circle", { class: `dot ${style}`, cx: at, cy: y(point.accuracy), r: 4 }));
    }
  });
  return drawn;
}

function table(curves) {
  const rows = curves.flatMap((curve, index) => curve.points.map((point) => el(
    "tr",
    {},
    el("th", { scope: "row" }, el("span", { class: `key c${index % 8}`, "aria-hidden": "true" }), curve.title),
    el("td", {}, String(point.iteration)),
    el("td", {}, percent(point.accuracy)),
    el("td", {}, `${(point.low * 100).toFixed(1)} to ${(point.high * 100).toFixed(1)}`),
    el("td", {}, point.tokens.toLocaleString("en")))));
  const head = ["Method", "Iteration", "Accuracy", "95 % interval", "Tokens"].map((title) => el("th", { scope: "col" }, title));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Accuracies" }, el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)));
}

export function startCurvesView() {
  return async () => {
    const { curves } = await getJson("/app/run/curves");
    if (!curves || curves.length === 0) {
      byId("curves-status").textContent = curves ? "The run knows no right answers, so it has no accuracies." : "The run has not ended yet; its accuracies come with its end.";
      byId("curves-chart").replaceChildren();
      return;
    }
    byId("curves-status").textContent = "";
    byId("curves-chart").replaceChildren(el("figure", {}, chart(curves)), table(curves));
  };
}
