/** Names a resource across kinds. */
export const resourceKey = (kind: string, name: string): string => `${kind}/${name}`;
