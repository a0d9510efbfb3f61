import { HOP_MS, WINDOW_MS } from './overlapping-windows.ts';

/** Frames of networks are of odd lengths; these are not. */
export const CELL_MS = 20;
const CELLS = WINDOW_MS / CELL_MS;
export const HOP_CELLS = HOP_MS / CELL_MS;

/** The frames of a window as cells of 20 ms. */
export const cellsOf = (frames: Float32Array): Float32Array =>
  Float32Array.from(
    { length: CELLS },
    (_, cell) => frames[Math.floor(((cell + 0.5) / CELLS) * frames.length)]!,
  );

/** The cells of a window that count, because the others are heard better in the window before or behind: its middle half. */
export function ownCells(window: number, windows: number): { from: number; to: number } {
  return {
    from: window === 0 ? 0 : HOP_CELLS / 2,
    to: window === windows - 1 ? CELLS : HOP_CELLS / 2 + HOP_CELLS,
  };
}
