/** A text, or its phonemes, in stretches of at most so many letters: cut behind the last sign in reach, else at the last space. */
export function stretchesOf(text: string, most: number): string[] {
  const stretches: string[] = [];
  let rest = text.trim();
  while ([...rest].length > most) {
    const reach = [...rest].slice(0, most).join('');
    const sign = Math.max(...[...reach.matchAll(/[;:,.!?…—]\s/g)].map(({ index }) => index + 1), 0);
    const cut = sign || reach.lastIndexOf(' ') || reach.length;
    const at = cut > 0 ? cut : reach.length;
    stretches.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...stretches, rest].filter((stretch) => stretch !== '');
}
