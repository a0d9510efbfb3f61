/** A-B-A-B: what changes on the machine meanwhile changes for all of them. Answers the samples of each. */
export async function interleave<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, () => Promise<number>>>,
  say: (text: string) => void,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) samples[name].push(await sides[name]());
    const last = names.map((name) => `${name} ${shown(samples[name].at(-1)!)}`);
    say(`round ${round} of ${rounds}: ${last.join(', ')}`);
  }
  return samples;
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
