export { addressFault, isPublicAddress, type AddressPolicy } from './address-guard.ts';
export { abortable } from './abortable.ts';
export { download, type Downloaded, type DownloadOptions } from './download.ts';
export { pinnedTo } from './pinned-to.ts';
export { resolveGuarded, systemResolve, type Resolve } from './resolve-guarded.ts';
