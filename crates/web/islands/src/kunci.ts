// Passkeys: log-in without a name, and enrolment. The server makes the options and checks the answer; without script or
// without a passkey the password form beside it does the same.

import { base64url, unbase64url } from "./base64";

type Options = Record<string, unknown>;
const ROUTES: Record<string, string> = { masuk: "/masuk/kunci", daftar: "/akun/kunci" };
const WORDS = {
  id: {
    wait: "Ikuti petunjuk perangkat ini.",
    stopped: "Dibatalkan, atau kunci sandi tidak ditemukan. Coba lagi, atau masuk dengan kata sandi.",
    failed: "Tidak berhasil. Coba lagi, atau masuk dengan kata sandi.",
  },
  en: {
    wait: "Follow what this device says.",
    stopped: "Cancelled, or no passkey found. Try again, or sign in with the password.",
    failed: "It did not work. Try again, or sign in with the password.",
  },
};
const words = document.documentElement.lang.startsWith("en") ? WORDS.en : WORDS.id;

/** Every binary member of options in the JSON form of WebAuthn Level 3. */
function bytes(options: Options): Options {
  const list = (value: unknown) =>
    (value as { id: string }[] | undefined)?.map((entry) => ({ ...entry, id: unbase64url(entry.id) }));
  const user = options["user"] as { id: string } | undefined;
  return {
    ...options,
    challenge: unbase64url(options["challenge"] as string),
    ...(user ? { user: { ...user, id: unbase64url(user.id) } } : {}),
    ...(options["excludeCredentials"] ? { excludeCredentials: list(options["excludeCredentials"]) } : {}),
    ...(options["allowCredentials"] ? { allowCredentials: list(options["allowCredentials"]) } : {}),
  };
}

type WithParsers = typeof PublicKeyCredential & {
  parseRequestOptionsFromJSON?: (options: Options) => PublicKeyCredentialRequestOptions;
  parseCreationOptionsFromJSON?: (options: Options) => PublicKeyCredentialCreationOptions;
};

function credential(act: string, options: Options): Promise<Credential | null> {
  const known = PublicKeyCredential as WithParsers;
  if (act === "masuk") {
    const publicKey = known.parseRequestOptionsFromJSON?.(options) ?? bytes(options);
    return navigator.credentials.get({ publicKey: publicKey as PublicKeyCredentialRequestOptions });
  }
  const publicKey = known.parseCreationOptionsFromJSON?.(options) ?? bytes(options);
  return navigator.credentials.create({ publicKey: publicKey as PublicKeyCredentialCreationOptions });
}

function json(made: PublicKeyCredential): unknown {
  if (typeof made.toJSON === "function") return made.toJSON();
  const answer = made.response as AuthenticatorAssertionResponse & AuthenticatorAttestationResponse;
  const part = (value: ArrayBuffer | null | undefined) => (value ? base64url(value) : undefined);
  return {
    id: made.id,
    rawId: base64url(made.rawId),
    type: made.type,
    clientExtensionResults: made.getClientExtensionResults(),
    response: {
      clientDataJSON: part(answer.clientDataJSON),
      authenticatorData: part(answer.authenticatorData),
      signature: part(answer.signature),
      userHandle: part(answer.userHandle),
      attestationObject: part(answer.attestationObject),
    },
  };
}

async function post(url: string, body: unknown): Promise<Options> {
  const sign = document.querySelector<HTMLInputElement>("input[name=_tanda]")?.value;
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (sign) headers["Simpul-Tanda"] = sign;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const result = (await answer.json()) as Options & { error?: { message?: string } };
  if (!answer.ok) throw new Error(result.error?.message || words.failed);
  return result;
}

async function run(act: string, say: (text: string) => void): Promise<void> {
  // A guest makes her key on the page of her link, with the code that she was told.
  const route = act === "tamu" ? `${location.pathname.replace(/\/sandi$/, "")}/kunci` : ROUTES[act];
  if (!route) return;
  say(words.wait);
  try {
    const code = document.querySelector<HTMLInputElement>("input[name=kode]")?.value;
    const options = await post(`${route}/mulai`, act === "tamu" ? { kode: code || "" } : {});
    const made = await credential(act, options["publicKey"] as Options);
    if (!made) throw new DOMException("", "NotAllowedError");
    const { ke } = await post(route, json(made as PublicKeyCredential));
    // Only a path of this site: what the server, or the address of this page, says goes nowhere else.
    const then = act === "masuk" && new URLSearchParams(location.search).get("lanjut");
    location.assign(new URL(then || (typeof ke === "string" ? ke : "/"), location.origin).pathname);
  } catch (error) {
    say(error instanceof DOMException ? words.stopped : (error instanceof Error && error.message) || words.failed);
  }
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-kunci]")) {
  if (!("PublicKeyCredential" in window)) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    const state = document.querySelector("[data-kunci-keadaan]");
    button.disabled = true;
    void run(button.dataset["kunci"] || "", (text) => state && (state.textContent = text)).then(() => {
      button.disabled = false;
      // A button that is switched off loses its focus, and who works by keyboard her place.
      if (document.activeElement === document.body) button.focus();
    });
  });
}
