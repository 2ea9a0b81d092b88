import { streamCompletion } from "./api.js";
import { byId, el, showTrouble } from "./elements.js";
import { markButtons } from "./feedback.js";
import { badge, boxed, RoundPanel, voteText } from "./turns.js";

/** A debate drawn while it is held. */
export class LiveDebate {
  /** @param root where rounds go; @param say told what happens, a sentence each */
  constructor(root, say) {
    this.root = root;
    this.say = say;
    this.rounds = new Map();
    this.answers = new Map();
    this.changes = 0;
  }

  panel(round) {
    if (!this.rounds.has(round)) {
      const panel = new RoundPanel(round);
      this.rounds.set(round, panel);
      this.root.append(panel.root);
      this.say(`Round ${round} begins.`);
    }
    return this.rounds.get(round);
  }

  /** @param happened an event of the server's extension field */
  on(happened) {
    if (happened.event === "round_voted") {
      const text = voteText(happened);
      this.panel(happened.round).vote.textContent = text;
      this.say(`Round ${happened.round}. ${text}.`);
      return;
    }
    // A summary is written for the turn of the same agent in the same round.
    const panel = this.panel(happened.round);
    const card = panel.card(happened.agent, happened.summary ? `agent ${happened.agent}` : happened.speaker);
    if (!happened.summary) card.root.querySelector("h3").firstChild.textContent = happened.speaker;
    if (happened.event === "turn_started") card.begin(happened.summary ? "reads a summary of the others" : "writes");
    if (happened.event === "text") {
      if (happened.summary) card.hear(card.heard.textContent + happened.text);
      else card.text.textContent += happened.text;
    }
    if (happened.event === "turn_ended") this.end(card, happened);
  }

  end(card, turn) {
    card.end();
    if (turn.summary) {
      if (turn.text) card.hear(turn.text);
      return;
    }
    card.text.textContent = turn.failure ? `No answer: ${turn.failure}` : turn.text;
    const answer = turn.failure ? null : boxed(turn.text);
    const before = this.answers.get(turn.agent);
    card.mark(answer ?? "no answer read");
    if (before !== undefined && before !== answer) {
      this.changes++;
      card.mark(`changed its mind, from ${before ?? "no answer"}`, "changed");
      this.say(`${turn.speaker} changed its mind, from ${before ?? "no answer"} to ${answer ?? "no answer"}.`);
    }
    this.answers.set(turn.agent, answer);
  }
}

/** What the society answers, as a box. */
export function outcomeElement(debate, changes) {
  const answer = debate.vote === null ? "The society has no vote: no answer could be read." : `The society answers ${debate.vote}`;
  const truth = debate.correct === null ? null : badge(debate.correct ? "right" : `wrong, it is ${debate.truth}`, debate.correct ? "right" : "wrong");
  const votes = debate.vote === null ? null : el("p", {}, `${debate.votes} of ${debate.voters} agents stand behind it. ${changes === 1 ? "One answer was" : `${changes} answers were`} changed on the way.`);
  return el("div", { class: "outcome" }, el("p", { class: "answer" }, answer, " ", truth), votes);
}

export function startDebateView(overview) {
  const status = byId("debate-status");
  const say = (text) => { status.textContent = text; };
  let running = null;

  byId("debate-stop").addEventListener("click", () => running?.abort());
  byId("debate-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    running?.abort();
    const own = running = new AbortController();
    const question = byId("debate-question").value;
    showTrouble(null);
    byId("debate-rounds").replaceChildren();
    byId("debate-outcome").replaceChildren();
    byId("debate-stop").hidden = false;
    say("The agents begin.");
    const live = new LiveDebate(byId("debate-rounds"), say);
    try {
      for await (const chunk of streamCompletion({ model: "society", messages: [{ role: "user", content: question }] }, own.signal)) {
        const extension = chunk.multiagentft;
        if (extension?.event) live.on(extension);
        if (extension?.debate) finish(live, extension.debate, question);
      }
    } catch (error) {
      if (own !== running) return;
      say(error.name === "AbortError" ? "Stopped." : "The debate broke off.");
      for (const panel of live.rounds.values()) for (const card of panel.cards.values()) card.end();
      showTrouble(error);
    } finally {
      if (own === running) byId("debate-stop").hidden = true;
    }
  });

  function finish(live, debate, question) {
    byId("debate-outcome").replaceChildren(outcomeElement(debate, live.changes));
    say(debate.vote === null ? "The debate has ended without a vote." : `The debate has ended. The society answers ${debate.vote}.`);
    if (!overview.run) return;
    for (const turn of debate.turns) {
      const card = live.rounds.get(turn.round)?.cards.get(turn.agent + 1);
      if (!card || turn.failure || !turn.text.trim()) continue;
      card.tools.append(...markButtons({ question, answer: { model: turn.speaker, text: turn.text } }, `${turn.speaker} in round ${turn.round}`, status));
    }
  }
}
