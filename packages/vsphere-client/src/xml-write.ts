import { VsphereError } from "./error";
import { isXmlText } from "./xml-characters";

const special = /[&<>"\r\n\t]/g;
// Line breaks as references: a reader turns raw ones into others.
const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** Text as it stands in an element or attribute. XML has no way to say some characters: those are refused. */
export function xmlText(text: string): string {
  if (!isXmlText(text)) throw new VsphereError("INVALID", "text with characters that XML can't carry");
  return text.replace(special, (character) => escapes[character] ?? character);
}

/** `attributes` begins with a space where it is not empty. */
export const xmlElement = (name: string, attributes: string, content: string): string =>
  content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
