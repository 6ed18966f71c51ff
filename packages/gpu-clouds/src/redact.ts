const hidden = "[redacted]";

/** Takes secrets out of texts that may be logged or sent on, also where they are encoded as in a URL. Short ones are left: they would hit words. */
export function createRedaction(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 6).flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const ordered = [...new Set(known)].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of ordered) clean = clean.replaceAll(secret, hidden);
    return clean.replace(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${hidden}`);
  };
}
