// The coast and borders of Indonesia and its neighbours as one SVG path (WEB.md 9): Natural Earth 1:50m, cut to the map
// of `doors/map.rs`, drawn with as many points as the budget allows, in whole units and relative steps.
import { readFileSync } from "node:fs";

/** Bytes of the path at most. */
export const BYTES_MAX = 5 * 1024;
/** Units of a degree, width and height: as in `doors/map.rs`. */
const [UNITS, WIDTH, HEIGHT] = [21.6, 1000, 380];
/** Land goes on so far behind the edge, so that the line of the cut is not seen. */
const BEYOND = 4;
/** An island of fewer square units would be a dot, and dots are regencies. */
const AREA_MIN = 2;

/** The path of a TopoJSON world of countries: the finest that is within the budget. */
export function outline(file = new URL("node_modules/world-atlas/countries-50m.json", import.meta.url)) {
  const world = JSON.parse(readFileSync(file, "utf8"));
  const lines = linesOf(world);
  const loops = world.objects.countries.geometries
    .flatMap(({ type, arcs }) => (type === "Polygon" ? arcs : type === "MultiPolygon" ? arcs.flat() : []))
    .filter((loop) => loop.some((at) => lineAt(lines, at).some(isNear)));
  for (const at of new Set(loops.flat().map((at) => (at < 0 ? ~at : at)))) weigh(lines[at]);
  for (let least = 0.5; ; least *= 1.05) {
    const path = drawn(loops.map((loop) => loop.flatMap((at) => kept(lines, at, least))));
    if (path.length <= BYTES_MAX) return path;
  }
}

/** The lines that countries are made of, in units of the map; a border of two countries is one line. */
function linesOf({ arcs, transform: { scale, translate } }) {
  return arcs.map((steps) => {
    let [across, up] = [0, 0];
    return steps.map(([right, more]) => {
      [across, up] = [across + right, up + more];
      const [lng, lat] = [across * scale[0] + translate[0], up * scale[1] + translate[1]];
      return { x: (lng - 94.9) * UNITS, y: (6.2 - lat) * UNITS, weight: Infinity };
    });
  });
}

/** A line by its number in TopoJSON: negative is the line backwards. */
const lineAt = (lines, at) => (at < 0 ? lines[~at].toReversed() : lines[at]);

const isNear = ({ x, y }) => x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT;

/** Its points that count, without the first, with which the line before ended. */
const kept = (lines, at, least) => lineAt(lines, at).slice(1).filter(({ weight }) => weight >= least);

/** Visvalingam's order: each point weighs the triangle that goes with it, and no less than those that went before. */
function weigh(line) {
  const left = [...line];
  const triangleAt = (at) => triangle(left[at - 1], left[at], left[at + 1]);
  const weights = left.map((_, at) => (at === 0 || at === left.length - 1 ? Infinity : triangleAt(at)));
  for (let most = 0; left.length > 2; ) {
    const at = weights.indexOf(Math.min(...weights));
    most = Math.max(most, weights[at]);
    left[at].weight = most;
    left.splice(at, 1);
    weights.splice(at, 1);
    for (const near of [at - 1, at]) if (near > 0 && near < left.length - 1) weights[near] = triangleAt(near);
  }
}

const triangle = (a, b, c) => Math.abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / 2;

/** Loops as one path: `m` of each is a step from where the last one began. */
function drawn(loops) {
  let path = "";
  let last = [0, 0];
  const step = ([x, y]) => {
    const [right, down] = [x - last[0], y - last[1]];
    last = [x, y];
    return `${right < 0 ? "" : " "}${right}${down < 0 ? "" : " "}${down}`;
  };
  for (const loop of loops) {
    const points = whole(cut(loop));
    if (points.length < 3 || area(points) < AREA_MIN) continue;
    path += `m${points.map(step).join("").trimStart()}z`;
    last = points[0];
  }
  return path;
}

/** What of a loop lies on the map or a little beyond it: cut at one edge after the other (Sutherland and Hodgman). */
function cut(loop) {
  const edges = [
    ["x", -BEYOND, 1],
    ["x", WIDTH + BEYOND, -1],
    ["y", -BEYOND, 1],
    ["y", HEIGHT + BEYOND, -1],
  ];
  for (const [axis, edge, side] of edges) {
    const inside = (point) => (point[axis] - edge) * side >= 0;
    loop = loop.flatMap((point, at) => {
      const before = loop.at(at - 1);
      if (inside(before) === inside(point)) return inside(point) ? [point] : [];
      const share = (edge - before[axis]) / (point[axis] - before[axis]);
      const crossing = { x: before.x + (point.x - before.x) * share, y: before.y + (point.y - before.y) * share };
      return inside(point) ? [crossing, point] : [crossing];
    });
  }
  return loop;
}

/** In whole units, without points that are now one. */
function whole(loop) {
  const points = loop.map(({ x, y }) => [Math.round(x), Math.round(y)]);
  return points.filter(([x, y], at) => x !== points.at(at - 1)[0] || y !== points.at(at - 1)[1]);
}

function area(points) {
  const sum = points.reduce((sum, [x, y], at) => sum + points.at(at - 1)[0] * y - x * points.at(at - 1)[1], 0);
  return Math.abs(sum) / 2;
}
