import { fileURLToPath } from 'node:url';

/** Beside `src` and `dist` alike. */
export const SQL_FOLDER = fileURLToPath(new URL('../sql/', import.meta.url));
