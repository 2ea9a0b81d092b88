import { el } from "./elements.js";

/** The content of the last \boxed{} of a text; null without one. */
export function boxed(text) {
  const start = text.lastIndexOf("\\boxed{");
  if (start < 0) return null;
  let depth = 0;
  for (let i = start + "\\boxed".length; i < text.length; i++) {
    if (text[i] === "{") depth++;
    if (text[i] === "}" && --depth === 0) return text.slice(start + "\\boxed{".length, i).trim();
  }
  return null;
}

export const badge = (text, kind = "") => el("span", { class: `badge ${kind}` }, text);

/** What one agent says in one round. */
export class TurnCard {
  constructor(speaker) {
    this.text = el("pre", {});
    this.state = el("span", { class: "soft" });
    this.badges = el("p", { class: "badges" });
    this.heard = el("pre", { class: "heard" });
    this.details = el("details", { hidden: true }, el("summary", {}, "What it heard of the others"), this.heard);
    this.tools = el("div", { class: "row tools" });
    this.root = el("article", { class: "turn" }, el("h3", {}, speaker, " ", this.state), this.details, this.text, this.badges, this.tools);
  }

  begin(state) {
    this.root.classList.add("writing");
    this.state.textContent = state;
  }

  end() {
    this.root.classList.remove("writing");
    this.state.textContent = "";
  }

  hear(summary) {
    this.details.hidden = false;
    this.heard.textContent = summary;
  }

  mark(text, kind) {
    this.badges.append(badge(text, kind), " ");
  }
}

/** A round of a debate: agents beside each other, the vote below. */
export class RoundPanel {
  /** @param society whose debate it is, where the page shows several */
  constructor(round, society = "") {
    this.cards = new Map();
    this.agents = el("div", { class: "agents" });
    this.vote = el("p", { class: "vote" });
    this.root = el("section", { class: "round", "aria-label": society ? `${society}, round ${round}` : `Round ${round}` }, el("h2", {}, `Round ${round}`), this.agents, this.vote);
  }

  card(agent, speaker) {
    if (!this.cards.has(agent)) {
      const card = new TurnCard(speaker);
      this.cards.set(agent, card);
      this.agents.append(card.root);
    }
    return this.cards.get(agent);
  }
}

/** The vote of a round in words. */
export function voteText(vote) {
  if (vote.answer === null) return "No answer could be read, so there is no vote.";
  return `Vote: ${vote.answer}, by ${vote.votes} of ${vote.voters}`;
}

/**
 * A debate that has been held.
 * @param transcript turns, and the votes of the rounds where they are kept (an outcome has a number in their place)
 * @param grades for each turn whether it equals the vote, is right, and differs from the agent's answer before; null computes the last from the texts
 * @param decorate called with each card and turn
 * @param society whose debate it is, where the page shows several
 */
export function debateElements(transcript, grades = null, decorate = () => {}, society = "") {
  const rounds = new Map();
  const answers = new Map();
  transcript.turns.forEach((turn, index) => {
    if (!rounds.has(turn.round)) rounds.set(turn.round, new RoundPanel(turn.round, society));
    const card = rounds.get(turn.round).card(turn.agent, turn.speaker);
    card.text.textContent = turn.failure ? `No answer: ${turn.failure.message}` : turn.text;
    if (turn.summary?.text) card.hear(turn.summary.text);
    const before = answers.get(turn.agent);
    const changed = grades ? grades[index].changed : before !== undefined && before !== turn.answer;
    if (turn.answer === null) card.mark("no answer read");
    else if (grades?.[index].right === null || !grades) card.mark(turn.answer);
    else card.mark(`${turn.answer} ${grades[index].right ? "right" : "wrong"}`, grades[index].right ? "right" : "wrong");
    if (changed && before !== undefined) card.mark(`changed its mind, from ${before ?? "no answer"}`, "changed");
    if (grades?.[index].vote) card.mark("as the vote");
    answers.set(turn.agent, turn.answer);
    decorate(card, turn);
  });
  for (const vote of Array.isArray(transcript.votes) ? transcript.votes : []) {
    const panel = rounds.get(vote.round);
    if (!panel) continue;
    panel.vote.textContent = voteText(vote);
    if (vote.correct !== null) panel.vote.append(" ", badge(vote.correct ? "right" : "wrong", vote.correct ? "right" : "wrong"));
  }
  return [...rounds.values()].map((panel) => panel.root);
}
