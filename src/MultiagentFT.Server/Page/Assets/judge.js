import { getJson } from "./api.js";
import { fillStages, newestDebates } from "./browse.js";
import { byId, el, percent, randomBelow, showTrouble } from "./elements.js";
import { keep } from "./feedback.js";

/** Debates that are tried before it is said that there is nothing to judge. */
const TRIES = 5;

const agreementText = (agreement) => (agreement.share === null
  ? "nothing to compare"
  : `${percent(agreement.share)} of ${agreement.of} (${(agreement.interval.low * 100).toFixed(0)} to ${(agreement.interval.high * 100).toFixed(0)})`);

function agreementElements(summary) {
  if (summary.judgments === 0) return [el("p", {}, "Nobody has judged anything yet.")];
  const rows = summary.people.map((person) => el(
    "tr",
    {},
    el("th", { scope: "row" }, person.name),
    el("td", {}, String(person.preferences)),
    el("td", {}, String(person.marks)),
    el("td", {}, agreementText(person.withOthers)),
    el("td", {}, agreementText(person.withVote))));
  const head = ["Person", "Preferences", "Marks", "With others", "With the vote"].map((title) => el("th", { scope: "col" }, title));
  return [
    el("p", {}, `Between people: ${agreementText(summary.betweenPeople)}. With the vote: ${agreementText(summary.withVote)}. In brackets: 95 % intervals.`),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Agreement by person" }, el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows))),
  ];
}

/** Two answers of a debate that differ, in random order; null where all are the same. */
function pairOf(turns) {
  const usable = turns.filter((turn) => !turn.failure && turn.text.trim());
  const pairs = usable.flatMap((first, index) => usable.slice(index + 1).map((second) => [first, second])).filter(([first, second]) => first.text !== second.text);
  const telling = pairs.filter(([first, second]) => first.answer !== second.answer);
  const drawn = telling.length > 0 ? telling : pairs;
  if (drawn.length === 0) return null;
  const pair = drawn[randomBelow(drawn.length)];
  return randomBelow(2) ? pair : [pair[1], pair[0]];
}

export function startJudgeView(overview) {
  const status = byId("judge-status");
  if (!overview.run) return () => {};
  fillStages(byId("judge-stage"), overview.run, newestDebates(overview.run));

  async function draw(stage) {
    const { matching } = await getJson("/app/run/debates", { stage, filter: "contested", limit: 1 });
    for (let tried = 0; tried < TRIES && matching > 0; tried++) {
      const { debates } = await getJson("/app/run/debates", { stage, filter: "contested", limit: 1, offset: randomBelow(matching) });
      if (debates.length === 0) continue;
      const { transcript } = await getJson("/app/run/debate", { stage, line: debates[0].line });
      const pair = pairOf(transcript.turns);
      if (pair) return { line: debates[0].line, question: transcript.question, pair };
    }
    return null;
  }

  async function next(said = "") {
    const stage = byId("judge-stage").value;
    byId("judge-pair").replaceChildren();
    const drawn = stage ? await draw(stage) : null;
    if (drawn === null) {
      status.textContent = `${said} These debates have no two answers that differ.`.trim();
      return;
    }
    status.textContent = said;
    show(stage, drawn);
  }

  function show(stage, { line, question, pair }) {
    const heading = el("h2", { tabindex: "-1" }, question);
    const sides = pair.map((turn, index) => el("article", { class: "side" }, el("h3", {}, `Answer ${"AB"[index]}`), el("pre", {}, turn.text)));
    const place = (turn) => ({ round: turn.round, agent: turn.agent + 1 });
    const name = (turn) => `${turn.speaker} in round ${turn.round}`;
    const buttons = pair.map((turn, index) => el("button", {
      type: "button",
      class: "main",
      click: () => guarded(async () => {
        const other = pair[1 - index];
        if (!await keep({ stage, line, chosen: place(turn), rejected: place(other) }, status)) return;
        await Promise.all([next(`Kept. The better one was by ${name(turn)}, the other by ${name(other)}.`), agree()]);
      }),
    }, `${"AB"[index]} is better`));
    const skip = el("button", { type: "button", click: () => guarded(() => next("Skipped.")) }, "Skip");
    byId("judge-pair").replaceChildren(heading, el("div", { class: "sides" }, ...sides), el("div", { class: "row" }, ...buttons, skip));
    heading.focus();
  }

  async function agree() {
    byId("judge-agreement").replaceChildren(...agreementElements(await getJson("/app/feedback")));
  }

  async function guarded(work) {
    try {
      await work();
    } catch (error) {
      showTrouble(error);
    }
  }

  byId("judge-form").addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(() => next());
  });
  return agree;
}
