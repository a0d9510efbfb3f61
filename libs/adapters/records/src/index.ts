export { LOCAL_TENANT } from './key-records.ts';
export { recordsFaults } from './start-faults.ts';
export { openRecords, type Records, type RecordsOptions } from './records.ts';
