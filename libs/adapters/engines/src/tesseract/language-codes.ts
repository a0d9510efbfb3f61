/** tesseract's name for a language, if it is among those installed. Three letters (ISO 639-2/T) are taken as they are. */
export function codeFor(language: string, installed: readonly string[]): string | undefined {
  const wanted = CODES[language.toLowerCase().split('-')[0]!] ?? [language.toLowerCase()];
  return wanted.find((code) => installed.includes(code));
}

/** How people name a language of tesseract's: by two letters where there are two. */
export const codesOf = (code: string): string =>
  Object.keys(CODES).find((short) => CODES[short]!.includes(code)) ?? code;

/** ISO 639-1 -> tesseract's names, the better first. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  ar: ['ara'],
  bg: ['bul'],
  ca: ['cat'],
  cs: ['ces'],
  da: ['dan'],
  de: ['deu'],
  el: ['ell'],
  en: ['eng'],
  eo: ['epo'],
  es: ['spa'],
  et: ['est'],
  eu: ['eus'],
  fa: ['fas'],
  fi: ['fin'],
  fr: ['fra'],
  ga: ['gle'],
  gl: ['glg'],
  he: ['heb'],
  hi: ['hin'],
  hr: ['hrv'],
  hu: ['hun'],
  id: ['ind'],
  is: ['isl'],
  it: ['ita'],
  ja: ['jpn'],
  ko: ['kor'],
  lt: ['lit'],
  lv: ['lav'],
  mk: ['mkd'],
  nl: ['nld'],
  no: ['nor'],
  pl: ['pol'],
  pt: ['por'],
  ro: ['ron'],
  ru: ['rus'],
  sk: ['slk'],
  sl: ['slv'],
  sq: ['sqi'],
  sr: ['srp'],
  sv: ['swe'],
  th: ['tha'],
  tr: ['tur'],
  uk: ['ukr'],
  vi: ['vie'],
  zh: ['chi_sim', 'chi_tra'],
};
