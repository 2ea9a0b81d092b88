import { byId } from "./elements.js";

/** The server's key: in memory alone. */
let key = null;

/** The dialog that is open, if one is; all requests that wait for a key wait for the same one. */
let asking = null;

/** What the server says is wrong. */
export class ApiError extends Error {}

function askKey(wasWrong) {
  asking ??= new Promise((resolve, reject) => {
    const dialog = byId("key-dialog");
    byId("key-message").textContent = wasWrong
      ? "The server does not know this key. Try another one."
      : "It stays in this page's memory and is gone when you close or reload it.";
    const listening = new AbortController();
    const finish = (given) => {
      listening.abort();
      asking = null;
      byId("key").value = "";
      dialog.close();
      if (given) resolve(given);
      else reject(new ApiError("Without its key the server answers nothing. Reload the page to be asked again."));
    };
    byId("key-form").addEventListener("submit", (event) => { event.preventDefault(); finish(byId("key").value); }, { signal: listening.signal });
    byId("key-cancel").addEventListener("click", () => finish(null), { signal: listening.signal });
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); finish(null); }, { signal: listening.signal });
    dialog.showModal();
    byId("key").focus();
  });
  return asking;
}

/** Sends a request; asks for a key where the server wants one. */
async function send(path, options = {}) {
  for (;;) {
    const used = key;
    const headers = { ...options.headers, ...(used ? { Authorization: `Bearer ${used}` } : {}) };
    const response = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" }).catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new ApiError("The server cannot be reached.");
    });
    if (response.status === 401) {
      if (used === key) key = await askKey(used !== null);
      continue;
    }
    if (!response.ok) throw new ApiError(await messageOf(response));
    return response;
  }
}

async function messageOf(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return `The server answered ${response.status}.`;
  }
}

const jsonOf = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export async function getJson(path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  return (await send(query ? `${path}?${query}` : path)).json();
}

export async function postJson(path, body) {
  return (await send(path, jsonOf(body))).json();
}

/** The chunks of a streamed chat completion. Ends early when the signal says so. */
export async function* streamCompletion(body, signal) {
  const response = await send("/v1/chat/completions", { ...jsonOf({ ...body, stream: true }), signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new ApiError("The server broke off.");
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      if (!event.startsWith("data: ")) continue;
      const data = event.slice("data: ".length);
      if (data === "[DONE]") return;
      const chunk = JSON.parse(data);
      if (chunk.error) throw new ApiError(chunk.error.message);
      yield chunk;
    }
  }
}
