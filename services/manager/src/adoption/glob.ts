/** Names that match the pattern, in which * stands for any characters and ? for one. Takes a time that grows with both lengths, and no more. */
export function glob(pattern: string): (name: string) => boolean {
  return (name) => {
    let [at, inName, star, from] = [0, 0, -1, 0];
    while (inName < name.length) {
      if (pattern[at] === "*") [star, from] = [at++, inName];
      else if (pattern[at] === "?" || pattern[at] === name[inName]) [at, inName] = [at + 1, inName + 1];
      else if (star >= 0) [at, inName] = [star + 1, ++from];
      else return false;
    }
    while (pattern[at] === "*") at++;
    return at === pattern.length;
  };
}
