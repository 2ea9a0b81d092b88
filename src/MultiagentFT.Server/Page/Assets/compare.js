import { getJson, streamCompletion } from "./api.js";
import { byId, el, randomBelow, showTrouble } from "./elements.js";
import { keep } from "./feedback.js";
import { debateElements } from "./turns.js";

/** One of two models that answer beside each other. */
class Side {
  constructor(model, name, debates) {
    this.model = model;
    this.debates = debates;
    this.name = name;
    this.answer = "";
    this.heading = el("h2", {}, name);
    this.progress = el("p", { class: "soft" }, "Waits.");
    this.text = el("pre", {});
    this.whole = el("div", {});
    this.root = el("article", { class: "side" }, this.heading, this.progress, this.text, this.whole);
  }

  async ask(question, solve, signal) {
    const content = this.debates ? question : solve.replaceAll("{question}", () => question);
    for await (const chunk of streamCompletion({ model: this.model, messages: [{ role: "user", content }] }, signal)) {
      this.answer += chunk.choices[0]?.delta.content ?? "";
      this.text.textContent = this.answer;
      const extension = chunk.multiagentft;
      // What says that this is a society would tell which side it is.
      this.progress.textContent = "Answers.";
      if (extension?.debate) this.debate = extension.debate;
    }
    this.progress.textContent = "Has answered.";
  }

  reveal() {
    this.heading.textContent = this.name === this.model ? this.model : `${this.name}: ${this.model}`;
    if (!this.debate) return;
    const vote = this.debate.vote === null ? "No vote." : `Vote: ${this.debate.vote}, by ${this.debate.votes} of ${this.debate.voters}.`;
    this.progress.textContent = vote;
    this.whole.replaceChildren(el("details", {}, el("summary", {}, "The whole debate"), ...debateElements(this.debate, null, undefined, this.name)));
  }
}

export function startCompareView(overview) {
  const status = byId("compare-status");
  const selects = [byId("compare-first"), byId("compare-second")];
  let [running, societies] = [null, new Set()];

  byId("compare-stop").addEventListener("click", () => running?.abort());
  byId("compare-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    running?.abort();
    const own = running = new AbortController();
    showTrouble(null);
    byId("compare-verdict").replaceChildren();
    byId("compare-stop").hidden = false;
    const [question, isBlind] = [byId("compare-question").value.trim(), Boolean(overview.run) && byId("compare-blind").checked];
    const models = selects.map((select) => select.value);
    if (isBlind && randomBelow(2)) models.reverse();
    const sides = models.map((model, index) => new Side(model, isBlind ? `Answer ${"AB"[index]}` : model, societies.has(model)));
    byId("compare-answers").replaceChildren(...sides.map((side) => side.root));
    status.textContent = "Both are asked.";
    try {
      await Promise.all(sides.map((side) => side.ask(question, overview.solve, own.signal)));
      status.textContent = "Both have answered.";
      if (!isBlind) sides.forEach((side) => side.reveal());
      if (overview.run) offer(question, sides);
    } catch (error) {
      if (own !== running) return;
      own.abort();
      status.textContent = error.name === "AbortError" ? "Stopped." : "An answer broke off.";
      showTrouble(error);
    } finally {
      if (own === running) byId("compare-stop").hidden = true;
    }
  });

  function offer(question, sides) {
    if (sides.some((side) => !side.answer.trim()) || sides[0].answer === sides[1].answer) {
      sides.forEach((side) => side.reveal());
      status.textContent = "There is nothing to prefer: both answers are the same, or one is empty.";
      return;
    }
    const buttons = sides.map((side, index) => el("button", {
      type: "button",
      click: async () => {
        const other = sides[1 - index];
        const kept = await keep({ question, chosen: { model: side.model, text: side.answer }, rejected: { model: other.model, text: other.answer } }, status);
        if (!kept) return;
        sides.forEach((each) => each.reveal());
        status.textContent = `Kept: ${side.model} is better than ${other.model} here.`;
        byId("compare-verdict").replaceChildren();
        sides[0].heading.tabIndex = -1;
        sides[0].heading.focus();
      },
    }, `${side.name} is better`));
    byId("compare-verdict").replaceChildren(el("div", { class: "row" }, ...buttons));
  }

  return async () => {
    const served = (await getJson("/v1/models")).data;
    const models = served.map((model) => model.id);
    societies = new Set(served.filter((model) => model.multiagentft.kind === "society").map((model) => model.id));
    // A society beside another is what somebody wants to compare it with.
    const usual = models.find((model) => model !== "society" && societies.has(model)) ?? "base";
    selects.forEach((select, index) => {
      const chosen = select.value || (index === 0 ? usual : "society");
      select.replaceChildren(...models.map((model) => el("option", { value: model, selected: model === chosen }, model)));
    });
  };
}
