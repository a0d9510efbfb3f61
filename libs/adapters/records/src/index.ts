export { LOCAL_TENANT } from './key-records.ts';
export { openRecords, type Records, type RecordsOptions } from './records.ts';
