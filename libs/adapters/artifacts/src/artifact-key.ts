const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `…/7f/0198…7f`: the last digits of a UUIDv7 are random, so they spread evenly; the first ones are the time. */
export function artifactKey(id: string): string {
  // A path is made of it: nothing but a uuid may pass.
  if (!UUID.test(id)) throw new TypeError(`An artifact's id must be a uuid in lower case, not '${id}'.`);
  return `${id.slice(-2)}/${id}`;
}

/** No artifact's: those lie under two digits. */
export const DATABASES_FOLDER = 'intermodal-databases';

export function databaseKey(id: string): string {
  if (!UUID.test(id)) throw new TypeError(`A database's id must be a uuid in lower case, not '${id}'.`);
  return `${DATABASES_FOLDER}/${id}`;
}

/** Keys of ids that end in these two digits begin so. */
export function artifactFolder(prefix: string): string {
  if (!/^[0-9a-f]{2}$/.test(prefix))
    throw new TypeError(`A prefix is two hexadecimal digits, not '${prefix}'.`);
  return prefix;
}

/** What else lies there says nothing. */
export const databasesIn = (names: readonly string[]): string[] => names.filter((name) => UUID.test(name));

/** The id behind a name in that folder; undefined for what is not ours. */
export const idIn = (folder: string, name: string): string | undefined =>
  UUID.test(name) && name.endsWith(folder) ? name : undefined;
