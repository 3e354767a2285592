import { describe, expect, it } from '@jest/globals';
import { accountName, backupStorage, secondCopyStorage } from '../../../shared/config/storage-connections';

const DUMPS = { BACKUP_STORAGE__blobServiceUri: 'https://lifebookdumps.blob.core.windows.net' };
const key = (name: string): string => `DefaultEndpointsProtocol=https;AccountName=${name};AccountKey=a2V5`;

describe('the account of the second copies', () => {
  it('is none where nothing names it', () => {
    expect(secondCopyStorage(DUMPS)).toBeUndefined();
  });

  it.each([
    [{ ...DUMPS, SECOND_COPY_STORAGE__blobServiceUri: 'https://elsewhere.blob.core.windows.net' }],
    [{ ...DUMPS, SECOND_COPY_STORAGE: key('elsewhere') }],
    [{ BACKUP_STORAGE: key('lifebookdumps'), SECOND_COPY_STORAGE: key('elsewhere') }],
  ])('may be any other one: %j', (environment) => {
    expect(secondCopyStorage(environment)).toBeDefined();
  });

  it.each([
    [{ ...DUMPS, SECOND_COPY_STORAGE__blobServiceUri: 'https://lifebookdumps.blob.core.windows.net/' }],
    [{ ...DUMPS, SECOND_COPY_STORAGE: key('lifebookdumps') }],
    [{ BACKUP_STORAGE: 'UseDevelopmentStorage=true', SECOND_COPY_STORAGE: 'UseDevelopmentStorage=true' }],
  ])('is not that of the dumps, however it is written: %j', (environment) => {
    expect(() => secondCopyStorage(environment)).toThrow('it must be another one');
  });
});

it.each([
  [DUMPS],
  [{ BACKUP_STORAGE: key('lifebookdumps') }],
  [{ BACKUP_STORAGE: 'BlobEndpoint=https://lifebookdumps.blob.core.windows.net;SharedAccessSignature=sv=1' }],
])('tells the name of an account: %j', (environment) => {
  expect(accountName(backupStorage(environment))).toBe('lifebookdumps');
});
