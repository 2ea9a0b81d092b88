import { getJson } from "./api.js";
import { startBrowseView } from "./browse.js";
import { startCompareView } from "./compare.js";
import { startCurvesView } from "./curves.js";
import { startDebateView } from "./debate.js";
import { byId, showTrouble } from "./elements.js";
import { startJudgeView } from "./judge.js";

const names = ["debate", "compare", "browse", "curves", "judge"];

async function start() {
  const overview = await getJson("/app/overview");
  for (const element of document.querySelectorAll("[data-needs-run]")) element.hidden = !overview.run;
  startDebateView(overview);
  const onShow = {
    debate: () => {},
    compare: startCompareView(overview),
    browse: startBrowseView(overview),
    curves: startCurvesView(overview),
    judge: startJudgeView(overview),
  };
  let shown = null;

  async function show() {
    const [asked, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
    const isThere = names.includes(asked) && (overview.run || asked === "debate" || asked === "compare");
    const name = isThere ? asked : "debate";
    showTrouble(null);
    for (const each of names) byId(`view-${each}`).hidden = each !== name;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    byId("person-form").hidden = !overview.run || name === "curves";
    const title = byId(`title-${name}`);
    document.title = `${title.textContent} · MultiagentFT`;
    // The reader of a page that has just been opened stays at its beginning.
    if (shown !== null && rest.length === 0) title.focus();
    shown = name;
    try {
      await onShow[name](...rest);
    } catch (error) {
      showTrouble(error);
    }
  }

  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId(`title-${shown}`).focus();
  });
  byId("person-form").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", show);
  await show();
}

start().catch(showTrouble);
