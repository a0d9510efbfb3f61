/**
 * Names for colours: the eleven basic colour terms of English (Berlin and Kay, "Basic Color Terms", 1969). A colour gets the
 * name of the nearest of these examples, by distance in CIELAB (CIE 15:2004, D65, ΔE*ab of 1976). The examples are named
 * colours of CSS Color 4, put under the term that people use for them; `brown` and `orange` hold what CSS calls otherwise.
 */
export const nameOfColour = (red: number, green: number, blue: number): string => {
  const key = ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);
  // Colours of one 8-step cube share a name: 32,768 answers at most are worked out.
  return (names[key] ??= nearest(lab((red & ~7) + 4, (green & ~7) + 4, (blue & ~7) + 4)));
};

const names: (string | undefined)[] = [];

const EXAMPLES: Readonly<Record<string, readonly number[]>> = {
  black: [0x000000, 0x141414, 0x1e1e1e],
  grey: [0x2f3436, 0x404040, 0x696969, 0x808080, 0xa9a9a9, 0xc0c0c0, 0x708090],
  white: [0xffffff, 0xf5f5f5, 0xdcdcdc, 0xfffaf0, 0xf0f8ff],
  red: [0xff0000, 0xdc143c, 0xb22222, 0x8b0000, 0xcd5c5c, 0x660000, 0xe04030],
  orange: [0xffa500, 0xff8c00, 0xff7f50, 0xff4500, 0xe07020, 0xe09040],
  yellow: [0xffff00, 0xffd700, 0xf0e68c, 0xfffacd, 0xdaa520, 0xc0b030],
  green: [0x008000, 0x00ff00, 0x32cd32, 0x228b22, 0x006400, 0x556b2f, 0x6b8e23, 0x8fbc8f, 0x2e8b57, 0x1c3018],
  blue: [0x0000ff, 0x000080, 0x4169e1, 0x1e90ff, 0x87ceeb, 0x4682b4, 0x191970, 0x00bfff, 0x5f9ea0, 0x102a44],
  purple: [0x800080, 0x8a2be2, 0x9370db, 0x4b0082, 0x663399, 0xba55d3, 0x7860a8],
  pink: [0xffc0cb, 0xff69b4, 0xff1493, 0xdb7093, 0xffb6c1],
  brown: [0xa52a2a, 0x8b4513, 0xa0522d, 0x654321, 0x3d2b1f, 0x8b6b4b, 0xd2b48c, 0xa08060, 0xcd853f, 0xc8a878],
};

type Lab = readonly [lightness: number, a: number, b: number];

const examples = Object.entries(EXAMPLES).flatMap(([name, colours]) =>
  colours.map((it) => ({ name, at: lab((it >> 16) & 255, (it >> 8) & 255, it & 255) })),
);

function nearest(colour: Lab): string {
  const distance = ({ at }: { at: Lab }) =>
    Math.hypot(at[0] - colour[0], at[1] - colour[1], at[2] - colour[2]);
  return examples.reduce((best, it) => (distance(it) < distance(best) ? it : best)).name;
}

/** sRGB (IEC 61966-2-1) to CIELAB under D65. */
function lab(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
