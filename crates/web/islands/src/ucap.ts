// The interpreter's page, and texts for everybody: a phone that has a voice of its own reads a sentence out. A voice that lives on somebody's server
// would tell it what was asked, so only voices of the phone count; where there is none, there is no button.

const voices = window.speechSynthesis;

function voice(lang: string): SpeechSynthesisVoice | undefined {
  return voices.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(lang));
}

/** What is read out: the sentence itself, or the text that it names. */
function told(sentence: HTMLElement): HTMLElement {
  return document.getElementById(sentence.dataset.ucap || "") || sentence;
}

function button(sentence: HTMLElement): void {
  if (sentence.nextElementSibling?.matches("button") || !voice(sentence.lang)) return;
  const listen = document.createElement("button");
  listen.type = "button";
  listen.className = "button quiet";
  listen.textContent = document.documentElement.lang === "en" ? "Listen" : "Dengarkan";
  listen.addEventListener("click", () => {
    const words = new SpeechSynthesisUtterance(told(sentence).textContent || "");
    words.lang = sentence.lang;
    words.voice = voice(sentence.lang) || null;
    voices.cancel();
    voices.speak(words);
  });
  sentence.after(listen);
}

function offer(): void {
  for (const sentence of document.querySelectorAll<HTMLElement>("[data-ucap]")) button(sentence);
}

// Some browsers know their voices only after a while.
if (voices) {
  offer();
  voices.addEventListener?.("voiceschanged", offer);
}
