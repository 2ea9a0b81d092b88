// The browser of debates in a run's report. What agents wrote becomes text nodes and never markup. Nothing is requested: all data is in this document.
const PAGE = 25;
const KEPT_CHUNKS = 4;
const MOST_LISTED = 120;
const PREFIX = "#debates?";

// Fields of an index's row, and its flags.
const VOTE = 0, VOTES = 1, VOTERS = 2, ANSWERS = 3, FIRST_RIGHT = 4, LAST_RIGHT = 5, ROUNDS = 6, FLAGS = 7;
const VOTE_CHANGED = 1, IS_INCOMPLETE = 2;

const byId = (id) => document.getElementById(id);

/**
 * An element whose children are elements and texts.
 * @param {string} name tag
 * @param {Object} properties attributes; functions are listeners of the event that the key names; null leaves the attribute out
 * @param {...(Node|string|null)} children
 */
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A text as a field of one line has it: browsers take line breaks out of what such a field gets. */
const oneLine = (text) => text.replace(/\s+/g, " ");

const count = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");

const unreadable = (error) => `The debates of this file cannot be read: ${error.message}`;

/** Reads a block of the document: base64 of gzip over JSON. */
async function unpack(id) {
  const text = byId(id).textContent;
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text());
}

/** The debates on a problem, one a column or null. A text stands in full the first time and as its number after that. */
function decoded(problem) {
  const texts = [];
  const text = (value) => (typeof value === "number" ? texts[value] : value === null ? null : (texts.push(value), value));
  return problem.map((debate) => debate && {
    turns: debate[0].map(([round, agent, speaker, adapter, said, answer, right, summary, failed]) => ({
      round, agent, speaker: text(speaker), adapter: text(adapter), text: text(said), answer: text(answer), right, summary: text(summary), failed: failed === 1,
    })),
    votes: debate[1].map(([answer, votes, voters, right]) => ({ answer: text(answer), votes, voters, right })),
  });
}

/** All debates of the document. */
class Archive {
  constructor(index) {
    this.columns = index.columns;
    this.problems = index.problems.map(([number, chunk, place, question, truth, row]) => ({ number, chunk, place, question, truth, row }));
    this.entries = this.problems.flatMap((problem) =>
      this.columns.map((column, index) => ({ problem, column, index, row: problem.row[index] })).filter((entry) => entry.row));
    this.chunks = new Map();
  }

  async debates(problem) {
    let chunk = this.chunks.get(problem.chunk);
    if (chunk) {
      this.chunks.delete(problem.chunk);
    } else {
      if (this.chunks.size >= KEPT_CHUNKS) this.chunks.delete(this.chunks.keys().next().value);
      chunk = unpack(`debates-${problem.chunk}`);
    }
    this.chunks.set(problem.chunk, chunk);
    return decoded((await chunk)[problem.place]);
  }

  /**
   * The entries in whose question, right answer, answers or texts a text stands, in small or capital letters and on one line or several.
   * @param {Object[]} entries of this archive
   * @param {function(): boolean} isOver whether the result is not needed any more
   */
  async search(entries, text, isOver) {
    const wanted = oneLine(text).toLowerCase();
    const holds = (value) => value !== null && oneLine(value).toLowerCase().includes(wanted);
    const found = new Set();
    const problems = new Map(entries.map((entry) => [entry.problem, []]));
    for (const entry of entries) problems.get(entry.problem).push(entry);
    // Chunk by chunk, so that each is unpacked once.
    for (const problem of [...problems.keys()].sort((left, right) => left.chunk - right.chunk)) {
      const own = problems.get(problem);
      if (holds(problem.question) || holds(problem.truth)) {
        own.forEach((entry) => found.add(entry));
        continue;
      }
      const debates = await this.debates(problem);
      if (isOver()) return [];
      const known = new Map();
      const remembered = (value) => {
        if (!known.has(value)) known.set(value, holds(value));
        return known.get(value);
      };
      for (const entry of own) {
        const { turns, votes } = debates[entry.index];
        if (turns.some((turn) => remembered(turn.text) || remembered(turn.answer) || remembered(turn.summary)) || votes.some((vote) => remembered(vote.answer))) found.add(entry);
      }
    }
    return entries.filter((entry) => found.has(entry));
  }
}

const isUnanimous = (row) => row[VOTE] !== null && row[VOTES] === row[ANSWERS];

const outcomes = {
  all: () => true,
  right: (row) => row[LAST_RIGHT] === 1,
  wrong: (row) => row[LAST_RIGHT] === 0,
  changed: (row) => (row[FLAGS] & VOTE_CHANGED) !== 0,
  "wrong-right": (row) => row[FIRST_RIGHT] === 0 && row[LAST_RIGHT] === 1,
  "right-wrong": (row) => row[FIRST_RIGHT] === 1 && row[LAST_RIGHT] === 0,
  unknown: (row) => row[LAST_RIGHT] === null,
};

const agreements = {
  all: () => true,
  unanimous: isUnanimous,
  split: (row) => !isUnanimous(row),
};

const usable = {
  all: () => true,
  complete: (row) => (row[FLAGS] & IS_INCOMPLETE) === 0,
  missing: (row) => (row[FLAGS] & IS_INCOMPLETE) !== 0,
};

/** Whether an entry passes all filters but the search. */
const passes = (entry, filter) =>
  (filter.method === "all" || entry.column.method === filter.method)
  && (filter.iteration === "all" || `${entry.column.iteration}` === filter.iteration)
  && outcomes[filter.outcome](entry.row)
  && agreements[filter.agreement](entry.row)
  && usable[filter.answers](entry.row);

/** How an address names a debate. */
const nameOf = (entry) => `${entry.column.method}-${entry.column.iteration}-${entry.problem.number}`;

/** A list tells the beginning of a long answer. */
const shortened = (text) => (text.length > MOST_LISTED ? `${text.slice(0, MOST_LISTED)}…` : text);

const badge = (text, kind = "") => el("span", { class: `badge ${kind}`.trim() }, text);

const kindOf = (right) => (right === null ? "" : right === 1 ? "right" : "wrong");

function badges(entry, withColumn) {
  const row = entry.row;
  const all = withColumn ? [badge(entry.column.title)] : [];
  all.push(badge(row[VOTE] === null ? "no vote" : `${shortened(row[VOTE])}, ${row[VOTES]} of ${row[ANSWERS]}`));
  if (row[FIRST_RIGHT] !== row[LAST_RIGHT] && row[FIRST_RIGHT] !== null) all.push(row[LAST_RIGHT] === 1 ? badge("wrong → right", "right") : badge("right → wrong", "wrong"));
  else if (row[LAST_RIGHT] !== null) all.push(badge(row[LAST_RIGHT] === 1 ? "right" : "wrong", kindOf(row[LAST_RIGHT])));
  if ((row[FLAGS] & IS_INCOMPLETE) !== 0) all.push(badge("not all usable", "changed"));
  return el("p", { class: "badges" }, ...all.flatMap((each) => [each, " "]));
}

/** Marks of right and wrong that need no colour. */
const markOf = (right) => (right === null ? null : right === 1 ? " ✓" : " ✗");

function turnElement(turn) {
  const kind = kindOf(turn.right);
  return el("div", { class: `turn ${kind}`.trim() },
    el("p", { class: "who" }, `${turn.speaker} (${turn.adapter ?? "base"}): `, el("b", { class: kind || null }, turn.answer ?? "no answer"), markOf(turn.right)),
    turn.summary === null ? null : el("pre", { class: "heard" }, `Heard: ${turn.summary}`),
    el("pre", { class: turn.failed ? "failed" : null }, turn.text));
}

function voteElement(vote) {
  if (vote.answer === null) return el("p", { class: "vote" }, "No answer could be read, so there is no vote.");
  return el("p", { class: "vote" }, "Vote: ", el("b", { class: kindOf(vote.right) || null }, vote.answer), `, by ${vote.votes} of ${vote.voters}`, markOf(vote.right));
}

function roundElements(debate) {
  return debate.votes.flatMap((vote, index) => [
    el("h4", {}, `Round ${index + 1}`),
    el("div", { class: "agents" }, ...debate.turns.filter((turn) => turn.round === index + 1).map(turnElement)),
    voteElement(vote),
  ]);
}

/** The form, the list, and the address that keeps both. */
class Browser {
  constructor(archive) {
    this.archive = archive;
    this.form = byId("debates-form");
    this.list = byId("debates-list");
    this.status = byId("debates-status");
    this.names = [...this.form.elements].map((control) => control.name);
    this.defaults = this.filter();
    this.found = archive.entries;
    this.offset = 0;
    this.open = "";
    this.asked = 0;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.show(); });
    this.form.addEventListener("input", (event) => this.onInput(event));
    byId("debates-back").addEventListener("click", () => this.turn(-PAGE));
    byId("debates-on").addEventListener("click", () => this.turn(PAGE));
    window.addEventListener("hashchange", () => { if (location.hash.startsWith(PREFIX)) this.follow(); });
  }

  /** The values of the form's controls by name. */
  filter() {
    return Object.fromEntries(this.names.map((name) => [name, this.form.elements[name].value]));
  }

  onInput(event) {
    const { method, iteration } = this.filter();
    // A method that is not measured after this iteration.
    const exists = this.archive.columns.some((column) => (method === "all" || column.method === method) && (iteration === "all" || `${column.iteration}` === iteration));
    if (event.target.name === "method" && !exists) this.form.elements.iteration.value = "all";
    if (event.target.name === "iteration" && !exists) this.form.elements.method.value = "all";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), event.target.name === "search" ? 250 : 0);
  }

  turn(by) {
    this.offset += by;
    this.draw();
    this.keep();
    this.list.scrollIntoView({ block: "nearest" });
  }

  /** Finds what passes the form's filters and lists it from the beginning, or from where an open debate is. */
  async show(open = "", offset = 0) {
    clearTimeout(this.timer);
    const own = ++this.asked;
    const filter = this.filter();
    let found = this.archive.entries.filter((entry) => passes(entry, filter));
    const search = filter.search.trim();
    if (search) {
      this.status.textContent = "Searching …";
      try {
        found = await this.archive.search(found, search, () => own !== this.asked);
      } catch (error) {
        this.status.textContent = unreadable(error);
        return;
      }
      if (own !== this.asked) return;
    }
    this.found = found;
    this.open = open;
    const place = open ? found.findIndex((entry) => nameOf(entry) === open) : -1;
    this.offset = Math.floor(Math.max(0, place >= 0 ? place : Math.min(offset, found.length - 1)) / PAGE) * PAGE;
    this.draw();
    if (open && place < 0) this.status.textContent = "The debate that the address names is not in this list.";
    else this.keep();
  }

  draw() {
    const page = this.found.slice(this.offset, this.offset + PAGE);
    const withColumn = new Set(this.found.map((entry) => entry.index)).size > 1;
    this.list.start = this.offset + 1;
    this.list.replaceChildren(...page.map((entry) => this.item(entry, withColumn)));
    byId("debates-back").disabled = this.offset === 0;
    byId("debates-on").disabled = this.offset + PAGE >= this.found.length;
    const [matching, all] = [this.found.length, this.archive.entries.length];
    this.status.textContent = matching === 0
      ? `None of ${count(all)} is like that.`
      : `${count(this.offset + 1)} to ${count(this.offset + page.length)} of ${count(matching)}${matching === all ? "" : `, out of ${count(all)}`}`;
  }

  item(entry, withColumn) {
    const name = nameOf(entry);
    const body = el("div", { class: "debate", id: `debate-${name}`, hidden: "" });
    const button = el("button", { type: "button", "aria-expanded": "false", "aria-controls": body.id, click: () => this.toggle(name) }, el("span", { class: "question" }, entry.problem.question));
    const item = el("li", {}, el("h3", {}, button), badges(entry, withColumn), body);
    item.entry = entry;
    if (name === this.open) this.expand(item);
    return item;
  }

  /** Opens a debate and closes the one that was open, or closes it. */
  toggle(name) {
    this.open = this.open === name ? "" : name;
    for (const item of this.list.children) {
      if (nameOf(item.entry) === this.open) this.expand(item);
      else this.collapse(item);
    }
    this.keep();
  }

  collapse(item) {
    item.querySelector("button").setAttribute("aria-expanded", "false");
    const body = item.querySelector(".debate");
    body.hidden = true;
    body.replaceChildren();
  }

  async expand(item) {
    const { problem, index, column } = item.entry;
    item.querySelector("button").setAttribute("aria-expanded", "true");
    const body = item.querySelector(".debate");
    body.hidden = false;
    try {
      const debate = (await this.archive.debates(problem))[index];
      body.replaceChildren(
        el("p", { class: "soft" }, `Problem ${count(problem.number)}, ${column.title}. `, problem.truth === null ? "The right answer is not known." : `The right answer is ${problem.truth}.`),
        ...roundElements(debate),
        this.archive.columns.length > 1 ? el("p", {}, el("button", { type: "button", click: () => this.compare(problem) }, "This problem by every method")) : "");
    } catch (error) {
      body.replaceChildren(el("p", { class: "warning" }, unreadable(error)));
    }
  }

  compare(problem) {
    for (const name of this.names) this.form.elements[name].value = name === "search" ? oneLine(problem.question).slice(0, 200) : "all";
    this.show();
    this.form.scrollIntoView();
    this.form.elements.search.focus({ preventScroll: true });
  }

  /** Keeps filter, page and open debate in the address; what is as in the beginning is left out. */
  keep() {
    const filter = this.filter();
    const kept = new URLSearchParams(this.names.filter((name) => filter[name] !== this.defaults[name]).map((name) => [name, filter[name]]));
    if (this.offset > 0) kept.set("from", `${this.offset + 1}`);
    if (this.open) kept.set("open", this.open);
    const fragment = kept.size > 0 ? `${PREFIX}${kept}` : location.hash.startsWith(PREFIX) ? PREFIX : location.hash;
    if (fragment !== location.hash) history.replaceState(null, "", fragment);
  }

  /** Does what the address says; values that no control has are left out. */
  async follow() {
    if (!location.hash.startsWith(PREFIX)) return this.show();
    const kept = new URLSearchParams(location.hash.slice(PREFIX.length));
    for (const name of this.names) {
      const control = this.form.elements[name];
      const value = kept.get(name) ?? this.defaults[name];
      control.value = control.options && ![...control.options].some((option) => option.value === value) ? this.defaults[name] : value;
    }
    const from = Number.parseInt(kept.get("from") ?? "1", 10);
    await this.show(kept.get("open") ?? "", Number.isSafeInteger(from) ? from - 1 : 0);
    const open = this.list.querySelector("[aria-expanded=true]");
    (open ?? byId("debates-title")).scrollIntoView();
    open?.focus({ preventScroll: true });
  }
}

async function start() {
  if (!byId("debates") || typeof DecompressionStream === "undefined") return;
  byId("debates-off").hidden = true;
  byId("debates").hidden = false;
  try {
    await new Browser(new Archive(await unpack("debates-index"))).follow();
    performance.mark("debates-listed");
  } catch (error) {
    byId("debates-status").textContent = unreadable(error);
  }
}

await start();
