import { getJson } from "./api.js";
import { byId, el, showTrouble } from "./elements.js";
import { markButtons } from "./feedback.js";
import { badge, debateElements } from "./turns.js";

const PAGE = 20;

/** Fills a select with the stages of a run. */
export function fillStages(select, run, preferred) {
  select.replaceChildren(...run.stages.map((stage) => el(
    "option",
    { value: stage.name, selected: stage.name === preferred },
    `${stage.title}${stage.iteration ? `, iteration ${stage.iteration}` : ""} (${stage.activity})`)));
}

/** The newest evaluation of the finetuned society, or what comes nearest to it. */
export function newestDebates(run) {
  const debates = run.stages.filter((stage) => stage.name.startsWith("multiagent-ft-") && !stage.name.includes("greedy"));
  return (debates.findLast((stage) => stage.activity === "evaluation") ?? debates.at(-1) ?? run.stages.at(-1))?.name;
}

function listed(stage, debate) {
  const badges = [];
  if (debate.last.answer === null) badges.push(badge("no answer"));
  else badges.push(badge(`${debate.last.answer}, ${debate.last.votes} of ${debate.last.voters}`));
  if (debate.first.correct !== null && debate.first.correct !== debate.last.correct)
    badges.push(debate.last.correct ? badge("wrong → right", "right") : badge("right → wrong", "wrong"));
  else if (debate.last.correct !== null) badges.push(badge(debate.last.correct ? "right" : "wrong", debate.last.correct ? "right" : "wrong"));
  if (!debate.majority) badges.push(badge("no majority", "changed"));
  return el("li", {}, el("a", { href: `#browse/${stage}/${debate.line}` }, debate.question), el("span", { class: "badges" }, ...badges.flatMap((each) => [" ", each])));
}

export function startBrowseView(overview) {
  const status = byId("browse-status");
  let offset = 0;
  let asked = 0;
  if (!overview.run) return () => {};
  fillStages(byId("browse-stage"), overview.run, newestDebates(overview.run));

  async function list() {
    const own = ++asked;
    const stage = byId("browse-stage").value;
    if (!stage) {
      status.textContent = "The run has no debates yet.";
      return;
    }
    try {
      const found = await getJson("/app/run/debates", { stage, filter: byId("browse-filter").value, search: byId("browse-search").value, offset, limit: PAGE });
      if (own !== asked) return;
      showTrouble(null);
      byId("browse-debates").replaceChildren(...found.debates.map((debate) => listed(stage, debate)));
      byId("browse-debates").start = offset + 1;
      status.textContent = found.matching === 0
        ? `None of ${found.total} debates is like that.`
        : `${offset + 1} to ${offset + found.debates.length} of ${found.matching}${found.matching === found.total ? "" : `, out of ${found.total}`}`;
      byId("browse-back").disabled = offset === 0;
      byId("browse-on").disabled = offset + found.debates.length >= found.matching;
    } catch (error) {
      showTrouble(error);
    }
  }

  async function open(stage, line) {
    const own = ++asked;
    const { transcript, grades } = await getJson("/app/run/debate", { stage, line });
    if (own !== asked) return;
    const said = el("p", { class: "status", role: "status" });
    const heading = el("h2", { tabindex: "-1" }, transcript.question);
    const decorate = (card, turn) => {
      if (turn.failure || !turn.text.trim()) return;
      const answer = { round: turn.round, agent: turn.agent + 1 };
      card.tools.append(...markButtons({ stage, line, answer }, `${turn.speaker} in round ${turn.round}`, said));
    };
    byId("browse-debate").replaceChildren(
      el("p", {}, el("a", { href: "#browse" }, "Back to the list")),
      heading,
      el("p", { class: "soft" }, transcript.truth === null ? "The right answer is not known." : `The right answer is ${transcript.truth}.`),
      said,
      ...debateElements(transcript, grades, decorate));
    byId("browse-list").hidden = true;
    byId("browse-debate").hidden = false;
    heading.focus();
  }

  const again = () => { offset = 0; list(); };
  byId("browse-form").addEventListener("submit", (event) => { event.preventDefault(); again(); });
  byId("browse-stage").addEventListener("change", again);
  byId("browse-filter").addEventListener("change", again);
  byId("browse-back").addEventListener("click", () => { offset = Math.max(0, offset - PAGE); list(); });
  byId("browse-on").addEventListener("click", () => { offset += PAGE; list(); });

  return async (stage, line) => {
    if (stage && line) {
      await open(stage, Number(line));
      return;
    }
    byId("browse-debate").hidden = true;
    byId("browse-list").hidden = false;
    await list();
  };
}
