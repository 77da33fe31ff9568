// Talking to the service: JSON in and out, problems as errors that carry findings, the key asked for when it is wanted.

const BASE = "/api/v1";

export class Problem extends Error {
  constructor(status, body) {
    super(body?.findings?.map((finding) => finding.message).join("; ") || body?.detail || `the service answered ${status}`);
    this.status = status;
    this.findings = body?.findings ?? [];
  }
}

export async function call(path, { method = "GET", json, form, headers = {}, signal } = {}) {
  const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
  const kind = json === undefined ? {} : { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(BASE + path, { method, body, headers: { ...kind, ...headers }, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "the service does not answer; is it still running?" });
  }
  if (answer.status === 401 && path !== "/session") {
    await login();
    return call(path, { method, json, form, headers, signal });
  }
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
  return answer.status === 204 ? null : answer.json();
}

let asking = null;

// Ask for the key until it is right; several calls that want it wait for one answer.
function login() {
  asking ??= new Promise((done) => {
    const dialog = document.getElementById("login");
    const said = document.getElementById("key");
    const alert = document.getElementById("login-alert");
    const submit = async (event) => {
      event.preventDefault();
      try {
        await call("/session", { method: "POST", json: { key: said.value } });
        dialog.close();
        dialog.removeEventListener("submit", submit);
        said.value = "";
        asking = null;
        done();
      } catch (error) {
        alert.textContent = error.message;
        said.select();
      }
    };
    dialog.addEventListener("submit", submit);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.showModal();
  });
  return asking;
}

export const send = (file) => {
  const form = new FormData();
  form.append("file", file);
  return call("/drawings", { method: "POST", form });
};

// Server-sent events of a job, until it is over. The browser comes back by itself where the line breaks.
export function watch(id, on) {
  const source = new EventSource(`${BASE}/jobs/${id}/events`);
  for (const [kind, heard] of Object.entries(on)) {
    source.addEventListener(kind, (event) => {
      if (event.data === undefined) return;
      if (kind === "end") source.close();
      heard(JSON.parse(event.data));
    });
  }
  return source;
}

export const fileHref = (id, name, look = false) => `${BASE}/jobs/${id}/files/${encodeURIComponent(name)}${look ? "?look=true" : ""}`;
export const zipHref = (id) => `${BASE}/jobs/${id}/files.zip`;
