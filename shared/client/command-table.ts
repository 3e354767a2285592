import type { z } from 'zod';
import type { Route } from '../http/route';
import * as schemas from '../http/schemas';

/** A command that makes one call of the API. Its options are the fields of the schemas that the app parses the call with. */
export interface ClientCommand {
  /** `release verified` is a command in a group. */
  readonly words: string;
  readonly summary: string;
  readonly method: Route['method'];
  /** As the route has it; its parameters are arguments. */
  readonly path: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Fields that are arguments instead of options, after those of the path. */
  readonly positional?: readonly string[];
  /** Of two apps, the one that serves it. */
  readonly app?: 'recovery';
  readonly startsJob?: true;
  /** The columns of a list; everything else is shown as an outline. */
  readonly columns?: readonly string[];
}

export const COMMANDS: readonly ClientCommand[] = [
  {
    ...{
      words: 'backup',
      method: 'POST',
      path: 'backups',
      body: schemas.backupBody,
      positional: ['kind'],
      startsJob: true,
    },
    summary: 'take a backup: "manual", or "pre-release" before a release',
  },
  {
    ...{ words: 'list', method: 'GET', path: 'backups', query: schemas.backupsQuery },
    columns: ['backupId', 'kind', 'state', 'hold', 'snapshotAt', 'sizeBytes', 'release'],
    summary: 'the backups that there are',
  },
  {
    ...{ words: 'show', method: 'GET', path: 'backups/{backupId}' },
    summary: 'one backup: its manifest, and how to restore it by hand',
  },
  {
    ...{ words: 'download', method: 'POST', path: 'backups/{backupId}/download' },
    summary: 'a link that reads the dump for 15 minutes (a secret)',
  },
  {
    ...{ words: 'verify', method: 'POST', path: 'backups/{backupId}/verify', startsJob: true },
    summary: 'read and decode a stored backup again',
  },
  {
    ...{ words: 'hold', method: 'PUT', path: 'backups/{backupId}/hold', body: schemas.holdBody },
    summary: 'keep a backup whatever retention says',
  },
  {
    words: 'unhold',
    method: 'DELETE',
    path: 'backups/{backupId}/hold',
    summary: 'give a held backup back to retention',
  },
  {
    ...{ words: 'accept', method: 'POST', path: 'backups/{backupId}/accept', body: schemas.acceptBody },
    summary: 'a shrunken dump is as it should be',
  },
  {
    ...{
      words: 'adopt',
      method: 'POST',
      path: 'adoptions',
      body: schemas.adoptionBody,
      positional: ['blob'],
      startsJob: true,
    },
    summary: 'make a backup of a foreign pg_dump -Fc archive in the container',
  },
  {
    ...{
      words: 'release verified',
      method: 'POST',
      path: 'releases/{version}/verified',
      body: schemas.releaseVerifiedBody,
    },
    summary: 'a release is good: the retention of the dumps from before it starts',
  },
  {
    ...{
      words: 'rollback-plan',
      method: 'GET',
      path: 'releases/{version}/rollback-plan',
      query: schemas.databaseQuery,
    },
    summary: 'how to take a release back: which dump, which version to redeploy, each call in order',
  },
  {
    ...{ words: 'retention-plan', method: 'GET', path: 'retention-plan', query: schemas.databaseQuery },
    summary: 'what would be kept and expired, with reasons',
  },
  {
    ...{ words: 'restore', method: 'POST', path: 'restores', body: schemas.restoreBody, positional: ['backupId'] },
    ...{ startsJob: true, app: 'recovery' },
    summary: 'restore a backup: shows the plan, asks for the name, starts',
  },
  {
    ...{
      words: 'undo',
      method: 'POST',
      path: 'restores/{jobId}/undo',
      body: schemas.undoBody,
      startsJob: true,
      app: 'recovery',
    },
    summary: 'swap the previous database of a restore back',
  },
  {
    ...{ words: 'pitr', method: 'POST', path: 'pitr-restores', body: schemas.pitrBody, positional: ['pointInTime'] },
    ...{ startsJob: true, app: 'recovery' },
    summary: 'the server as it was at a moment, as a new server',
  },
  {
    ...{
      words: 'deleted-blobs',
      method: 'GET',
      path: 'deleted-blobs',
      query: schemas.deletedBlobsQuery,
      app: 'recovery',
    },
    columns: ['container', 'name', 'deletedAt', 'daysLeft', 'sizeBytes'],
    summary: 'photos and audio that are deleted and can be brought back',
  },
  {
    ...{ words: 'undelete', method: 'POST', path: 'undeletes', body: schemas.undeleteBody, positional: ['container'] },
    ...{ startsJob: true, app: 'recovery' },
    summary: 'bring deleted blobs back: one, those below a prefix, or a whole container',
  },
  {
    ...{ words: 'reconcile', method: 'POST', path: 'reconciliations', body: schemas.reconciliationBody },
    ...{ startsJob: true, app: 'recovery' },
    summary: 'bring back the blobs that the rows point to and that are gone',
  },
  {
    ...{ words: 'drill', method: 'POST', path: 'drills', body: schemas.drillBody, startsJob: true, app: 'recovery' },
    summary: 'restore a backup to a scratch database, compare it, write evidence',
  },
  {
    ...{ words: 'drills', method: 'GET', path: 'drills', query: schemas.drillsQuery, app: 'recovery' },
    columns: ['id', 'database', 'verdict', 'backupId', 'finishedAt', 'recoverySeconds'],
    summary: 'the drills that ran',
  },
  { words: 'evidence', method: 'GET', path: 'drills/{id}', app: 'recovery', summary: 'the evidence of one drill' },
  {
    ...{
      words: 'advice',
      method: 'GET',
      path: 'recovery-advice',
      query: schemas.recoveryAdviceQuery,
      positional: ['incident'],
    },
    summary: 'in trouble: the ways back, best first, each with the call that starts it',
  },
  {
    ...{ words: 'points', method: 'GET', path: 'recovery-points', query: schemas.databaseQuery },
    columns: ['kind', 'database', 'from', 'to', 'backupId', 'state', 'release'],
    summary: 'everything that can be gone back to',
  },
  { words: 'databases', method: 'GET', path: 'databases', columns: ['name'], summary: 'the protected databases' },
  {
    ...{ words: 'wipe-check', method: 'POST', path: 'wipe-checks', body: schemas.wipeCheckBody },
    ...{ positional: ['databaseHost', 'database', 'operation'] },
    summary: 'may a script wipe this database?',
  },
  {
    ...{ words: 'checks', method: 'GET', path: 'checks', columns: ['name', 'database', 'state', 'since', 'detail'] },
    summary: 'everything that is watched, and what is wrong',
  },
  {
    ...{ words: 'self-test', method: 'POST', path: 'self-test' },
    columns: ['hop', 'database', 'state', 'durationMs', 'detail', 'hint'],
    summary: 'which hop fails on the way to each database, to storage and to Azure',
  },
  {
    ...{ words: 'storage-policies', method: 'POST', path: 'storage-policies/apply', body: schemas.policiesBody },
    startsJob: true,
    summary: 'turn the protection of the storage accounts on, where that is allowed',
  },
  {
    words: 'health',
    method: 'GET',
    path: 'health',
    query: schemas.anyQuery,
    summary: 'whether backups are taken as they should be',
  },
  {
    ...{ words: 'jobs', method: 'GET', path: 'jobs', query: schemas.jobsQuery },
    columns: ['jobId', 'kind', 'database', 'state', 'requestedBy', 'requestedAt'],
    summary: 'what runs and what ran',
  },
  { words: 'job', method: 'GET', path: 'jobs/{jobId}', query: schemas.jobQuery, summary: 'one job as it is now' },
  { words: 'cancel', method: 'POST', path: 'jobs/{jobId}/cancel', summary: 'stop a job' },
  {
    ...{ words: 'audit', method: 'GET', path: 'audit', query: schemas.auditQuery },
    columns: ['at', 'who', 'what', 'outcome', 'status', 'code', 'jobId'],
    summary: 'who changed what, and who was refused',
  },
];
