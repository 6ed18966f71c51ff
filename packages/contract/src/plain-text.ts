// Control characters, and what turns the direction of the text around it: a terminal or a page would obey them.
const commands = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** What someone else said, on one line, of at most so many UTF-16 units, and with nothing in it that is no text. */
export const plainText = (text: string, maxLength: number): string =>
  // A character cut in two would be no valid UTF-16, which grpc-js can't encode.
  (text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`).toWellFormed().replace(commands, " ");
