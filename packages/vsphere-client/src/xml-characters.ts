// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Whether XML can carry the text, escaped or not. */
export const isXmlText = (text: string): boolean => !forbidden.test(text) && text.isWellFormed();
