import { postJson } from "./api.js";
import { byId, el, showTrouble } from "./elements.js";

/** The person's name; null, with the field in focus, where none is given. */
export function personOr(status) {
  const name = byId("person").value.trim();
  if (name) return name;
  status.textContent = "Give your name first, at the end of the page: it is kept with your judgment.";
  byId("person").focus();
  return null;
}

/**
 * Keeps a judgment.
 * @returns whether it was kept
 */
export async function keep(judgment, status) {
  const by = personOr(status);
  if (by === null) return false;
  try {
    await postJson("/app/feedback", { by, ...judgment });
    return true;
  } catch (error) {
    showTrouble(error);
    return false;
  }
}

/**
 * Buttons by which a person marks one answer.
 * @param judgment the answer, as the server wants it
 * @param name what the answer is called, for screen readers
 */
export function markButtons(judgment, name, status) {
  const buttons = [["Good", true], ["Bad", false]].map(([text, good]) => el("button", {
    type: "button",
    class: "small",
    "aria-pressed": "false",
    "aria-label": `${text}: ${name}`,
    click: async (event) => {
      const pressed = event.currentTarget;
      if (!await keep({ ...judgment, good }, status)) return;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
      status.textContent = `Kept: ${name} is ${good ? "good" : "bad"}.`;
    },
  }, text));
  return buttons;
}
