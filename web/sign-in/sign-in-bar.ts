// The sign-in of GraphiQL and of the REST page, which are English: who is signed in, and the dialog.
import "./sign-in-bar.css";
import type { Access } from "./access.ts";
import { providerOf } from "./config.ts";
import { readViewer } from "./page-viewer.ts";
import type { AccessState, SignInFailure } from "./prompt.ts";
import { isAnonymous, isOpen, nameOf, rolesOf, type Viewer } from "./viewer.ts";

/**
 * Shows who is signed in, and prompts. Shows nothing on a server that is open.
 *
 * @param bar Where to show it.
 * @param url The address of GraphQL.
 */
export function showSignIn(bar: HTMLElement, url: string, access: Access): void {
  const dialog = document.createElement("dialog");
  dialog.className = "sign-in";
  dialog.setAttribute("aria-label", "Sign in");
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    access.dismiss();
  });
  document.body.append(dialog);
  let shown: AccessState | undefined;
  let readFor: string | undefined | null = null;

  async function look(): Promise<void> {
    const state = access.state();
    if (state !== shown) showDialog(dialog, state, access);
    shown = state;
    const authorization = await access.authorization();
    if (authorization === readFor) return;
    readFor = authorization;
    showViewer(bar, await readViewer(url, access), access);
  }

  access.watch(() => void look());
  void look();
}

function showViewer(bar: HTMLElement, viewer: Viewer | undefined, access: Access): void {
  bar.replaceChildren();
  bar.className = "signed-in";
  if (viewer !== undefined && isOpen(viewer)) return;
  if (viewer === undefined || isAnonymous(viewer)) {
    bar.append(button("Sign in", access.prompt));
    return;
  }
  const who = document.createElement("span");
  const roles = rolesOf(viewer).map((role) => role.toLowerCase());
  who.textContent = `${nameOf(viewer)} (${roles.length === 0 ? "no role" : roles.join(", ")})`;
  bar.append(
    who,
    button("Sign out", () => void access.signOut()),
  );
}

function showDialog(dialog: HTMLDialogElement, state: AccessState, access: Access): void {
  if (!state.isPrompted) {
    dialog.close();
    return;
  }
  const title = document.createElement("h2");
  title.textContent = "Sign in";
  const parts: HTMLElement[] = [title];
  if (state.failure !== undefined) {
    const failure = paragraph(failureText(state.failure));
    failure.setAttribute("role", "alert");
    parts.push(failure);
  }
  const provider = providerOf(state.config);
  const useToken = () => dialog.replaceChildren(title, tokenForm(access));
  if (provider) {
    parts.push(providerForm(new URL(provider.issuer).host, access));
    parts.push(button("Use a token", useToken));
  } else parts.push(tokenForm(access));
  dialog.replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
}

function failureText(failure: SignInFailure): string {
  if (failure.kind === "unavailable")
    return "The sign-in cannot be reached: try again in a moment.";
  if (failure.kind === "not-secure")
    return "Browsers sign in by an address with https alone: open this page by one.";
  if (failure.kind === "refused") return "The server does not accept this token.";
  const { error, description } = failure;
  return `The sign-in failed. The provider answered: ${description === undefined ? error : `${error}: ${description}`}`;
}

function providerForm(host: string, access: Access): HTMLElement {
  const text = paragraph(`This server requires that you sign in at ${host}. You come back here.`);
  return form([text], "Sign in", access, () => void access.signIn());
}

function tokenForm(access: Access): HTMLElement {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { name: "token", type: "password", autocomplete: "off", required: true });
  label.append("Token", input);
  const text = paragraph(
    "This server requires a token here: its API_TOKEN, or a token of your own. It is stored until you close this tab.",
  );
  return form([text, label], "Continue", access, () => access.enterToken(input.value.trim()));
}

function form(
  parts: readonly HTMLElement[],
  action: string,
  access: Access,
  onSubmit: () => void,
): HTMLElement {
  const made = document.createElement("form");
  const actions = document.createElement("div");
  actions.className = "actions";
  const submit = button(action, () => {});
  submit.type = "submit";
  actions.append(button("Not now", access.dismiss), submit);
  made.append(...parts, actions);
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    onSubmit();
  });
  return made;
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
}

function paragraph(text: string): HTMLElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
